package com.iottly.platform.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** A WebSocket that reads what the platform says only when it is told to. */
final class RawWebSocket implements AutoCloseable {

  static final int TEXT = 1;
  static final int BINARY = 2;
  static final int PING = 9;

  private static final long PATIENCE_MILLIS = 3_000;

  private final SocketChannel channel;

  private RawWebSocket(SocketChannel channel) {
    this.channel = channel;
  }

  /** A device's. */
  static RawWebSocket connect(TestPlatform platform, String token) throws IOException {
    return connect(
        platform, "/ws", "Sec-WebSocket-Protocol: iottly.v1\r\nAuthorization: Bearer " + token);
  }

  /** A stream's. */
  static RawWebSocket stream(TestPlatform platform) throws IOException {
    return stream(platform, platform.key());
  }

  static RawWebSocket stream(TestPlatform platform, String key) throws IOException {
    return connect(
        platform,
        "/v1.0/project/" + platform.project() + "/stream",
        "Authorization: Bearer " + key);
  }

  private static RawWebSocket connect(TestPlatform platform, String path, String headers)
      throws IOException {
    SocketChannel channel = SocketChannel.open();
    channel.socket().setReceiveBufferSize(4 << 10);
    channel.socket().setSendBufferSize(64 << 10);
    channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), platform.port()));
    String request =
        "GET "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
            + headers
            + "\r\n\r\n";
    channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
    ByteBuffer answer = ByteBuffer.allocate(12);
    while (answer.hasRemaining() && channel.read(answer) >= 0) {
      // the status line's beginning is enough
    }
    if (!new String(answer.array(), StandardCharsets.US_ASCII).equals("HTTP/1.1 101")) {
      throw new IOException("refused: " + new String(answer.array(), StandardCharsets.US_ASCII));
    }
    return new RawWebSocket(channel);
  }

  /** The next text frame; control frames are passed over. The handshake's rest must be read. */
  String nextText() throws IOException {
    while (true) {
      int opcode = read(1)[0] & 0x0f;
      int length = read(1)[0] & 0x7f;
      if (length == 126) {
        length = ByteBuffer.wrap(read(2)).getShort() & 0xffff;
      } else if (length == 127) {
        length = (int) ByteBuffer.wrap(read(8)).getLong();
      }
      byte[] payload = read(length);
      if (opcode == TEXT) {
        return new String(payload, StandardCharsets.UTF_8);
      }
    }
  }

  /** Reads the rest of the handshake's answer. */
  RawWebSocket passHandshake() throws IOException {
    int last = 0;
    while (last != 0x0d0a0d0a) {
      last = last << 8 | read(1)[0];
    }
    return this;
  }

  private byte[] read(int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes) < 0) {
        throw new IOException("the platform has hung up");
      }
    }
    return bytes.array();
  }

  /** One frame (RFC 6455 §5.2), masked with zeros, of less than 64 KiB. */
  static byte[] frame(int opcode, byte[] payload) {
    ByteArrayOutputStream frame = new ByteArrayOutputStream(payload.length + 8);
    frame.write(0x80 | opcode);
    if (payload.length < 126) {
      frame.write(0x80 | payload.length);
    } else {
      frame.write(0x80 | 126);
      frame.write(payload.length >> 8);
      frame.write(payload.length);
    }
    frame.writeBytes(new byte[4]);
    frame.writeBytes(payload);
    return frame.toByteArray();
  }

  void sendText(String text) throws IOException {
    send(frame(TEXT, text.getBytes(StandardCharsets.UTF_8)));
  }

  void send(byte[] frame) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(frame);
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /**
   * Sends these bytes again and again.
   *
   * @return after how many bytes the platform stopped reading or hung up, {@code most} if it did
   *     neither
   */
  long flood(byte[] bytes, long most) throws IOException {
    channel.configureBlocking(false);
    try (Selector selector = Selector.open()) {
      channel.register(selector, SelectionKey.OP_WRITE);
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      long sent = 0;
      while (sent < most) {
        if (selector.select(PATIENCE_MILLIS) == 0) {
          return sent;
        }
        selector.selectedKeys().clear();
        sent += channel.write(buffer);
        if (!buffer.hasRemaining()) {
          buffer.rewind();
        }
      }
      return sent;
    } catch (IOException e) {
      return 0;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
