package com.iottly.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.cli.stream.Arrival;
import com.iottly.cli.stream.Channel;
import com.iottly.cli.stream.Stream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file that goes. The device says how much of it is there already. */
final class Storing extends Copy {

  private static final int CHUNK = 64 * 1024;

  private final Path file;
  private final ObjectNode arguments;

  Storing(Exchange exchange, String device, Path file, String path, @Nullable String mode)
      throws IOException {
    super(exchange, device);
    this.file = file;
    this.arguments =
        arguments("put", path).put("size", Files.size(file)).put("sha256", Fetching.sha256(file));
    if (mode != null) {
      arguments.put("mode", mode);
    }
  }

  @Override
  Arrival.Closed attempt(Stream stream) throws IOException, InterruptedException {
    try (Channel channel = open(stream, arguments);
        FileChannel in = FileChannel.open(file)) {
      long at = channel.info().path("offset").asLong();
      Progress progress =
          new Progress(exchange().surroundings(), at, arguments.path("size").asLong());
      ByteBuffer bytes = ByteBuffer.allocate(CHUNK);
      for (int read = in.read(bytes, at); read > 0; read = in.read(bytes.clear(), at)) {
        if (!channel.send(bytes.array(), read)) {
          break;
        }
        at += read;
        progress.at(at);
      }
      progress.end();
      return end(channel);
    }
  }

  private static Arrival.Closed end(Channel channel) throws InterruptedException {
    while (true) {
      if (channel.next() instanceof Arrival.Closed closed) {
        return closed;
      }
    }
  }
}
