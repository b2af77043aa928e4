package com.iottly.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A connection to a running agent: one JSON object per line each way. One thread. */
final class ControlSocket implements AutoCloseable {

  private final SocketChannel channel;
  private final ByteBuffer in = ByteBuffer.allocate(4096).flip();

  private ControlSocket(SocketChannel channel) {
    this.channel = channel;
  }

  static ControlSocket connect(Path socket) throws IOException {
    return new ControlSocket(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
  }

  JsonNode status() throws IOException {
    return ask("{\"do\":\"status\"}");
  }

  /** Hands over a user message; {@code stored} in the answer is its sequence. */
  JsonNode send(String payload) throws IOException {
    return ask("{\"do\":\"send\",\"payload\":" + payload + "}");
  }

  private JsonNode ask(String request) throws IOException {
    ByteBuffer out = ByteBuffer.wrap((request + "\n").getBytes(StandardCharsets.UTF_8));
    while (out.hasRemaining()) {
      channel.write(out);
    }
    var line = new ByteArrayOutputStream();
    while (true) {
      while (in.hasRemaining()) {
        byte next = in.get();
        if (next == '\n') {
          return Api.JSON.readTree(line.toByteArray());
        }
        line.write(next);
      }
      if (channel.read(in.clear()) < 0) {
        throw new EOFException("the agent closed the connection");
      }
      in.flip();
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
