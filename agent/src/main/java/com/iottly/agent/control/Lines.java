package com.iottly.agent.control;

import com.iottly.agent.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One JSON object per line over a socket. */
final class Lines {

  /** The longest line that is read, in bytes. */
  static final int MAX_BYTES = 4 * 1024 * 1024;

  private final SocketChannel channel;
  private final ByteBuffer in = ByteBuffer.allocate(8192).flip();

  Lines(SocketChannel channel) {
    this.channel = channel;
  }

  /** The next line, or null at the end. */
  byte @Nullable [] read() throws IOException {
    var line = new ByteArrayOutputStream();
    while (true) {
      while (in.hasRemaining()) {
        byte b = in.get();
        if (b == '\n') {
          return line.toByteArray();
        }
        line.write(b);
      }
      if (line.size() > MAX_BYTES) {
        throw new IOException("a line has more than " + MAX_BYTES + " bytes");
      }
      if (channel.read(in.clear()) < 0) {
        return null;
      }
      in.flip();
    }
  }

  void write(Map<String, ? extends @Nullable Object> object) throws IOException {
    byte[] json = Json.write(object);
    ByteBuffer out = ByteBuffer.allocate(json.length + 1).put(json).put((byte) '\n').flip();
    while (out.hasRemaining()) {
      channel.write(out);
    }
  }
}
