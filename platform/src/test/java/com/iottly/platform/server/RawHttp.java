package com.iottly.platform.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** An HTTP/1.1 connection on which a test writes exactly the bytes it wants. */
final class RawHttp implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Socket socket;
  private final InputStream in;

  /** An answer; header names in lower case. */
  record Response(int status, Map<String, String> headers, String body) {

    JsonNode json() {
      try {
        return TestPlatform.JSON.readTree(body);
      } catch (IOException e) {
        throw new AssertionError("not JSON: " + body, e);
      }
    }
  }

  private RawHttp(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout((int) PATIENCE.toMillis());
    in = socket.getInputStream();
  }

  static RawHttp connect(TestPlatform platform) throws IOException {
    return new RawHttp(platform.port());
  }

  /** Sends one request on a connection of its own and returns the answer. */
  static Response exchange(TestPlatform platform, String request) throws IOException {
    try (RawHttp http = connect(platform)) {
      http.send(request);
      return http.read(request.startsWith("HEAD "));
    }
  }

  /** A request with the key, up to and with the empty line. */
  static String head(TestPlatform platform, String method, String path, String... headers) {
    StringBuilder head =
        new StringBuilder(method + " /v1.0/" + path + " HTTP/1.1\r\n")
            .append("Host: 127.0.0.1\r\n")
            .append("Authentication: bearer " + platform.key() + "\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    return head.append("\r\n").toString();
  }

  /** Bytes, one per character (ISO 8859-1). */
  void send(String text) throws IOException {
    send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  void endOfRequests() throws IOException {
    socket.shutdownOutput();
  }

  Response read() throws IOException {
    return read(false);
  }

  /**
   * The next answer.
   *
   * @throws EOFException when the connection ends before it
   */
  Response read(boolean headOnly) throws IOException {
    String[] status = line().split(" ", 3);
    Map<String, String> headers = new LinkedHashMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).trim());
    }
    int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
    byte[] body = headOnly ? new byte[0] : in.readNBytes(length);
    return new Response(
        Integer.parseInt(status[1]), headers, new String(body, StandardCharsets.UTF_8));
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (true) {
      int b = in.read();
      if (b < 0) {
        throw new EOFException("the connection ended after '" + line + "'");
      }
      if (b == '\n') {
        return line.toString(StandardCharsets.ISO_8859_1).replace("\r", "");
      }
      line.write(b);
    }
  }

  /** Whether the platform ends the connection; what else it says is passed over. */
  boolean isEnded() throws IOException {
    return remaining() >= 0;
  }

  /** How many more bytes come before the platform ends the connection. */
  long remaining() throws IOException {
    long bytes = 0;
    byte[] buffer = new byte[64 << 10];
    try {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        bytes += read;
      }
    } catch (SocketException e) {
      // reset, since the platform did not want what we sent last
    }
    return bytes;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
