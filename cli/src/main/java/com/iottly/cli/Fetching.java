package com.iottly.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.cli.stream.Arrival;
import com.iottly.cli.stream.Channel;
import com.iottly.cli.stream.Stream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A file that comes. What is there of it waits beside its place until it is whole and right. */
final class Fetching extends Copy {

  private static final int CHUNK = 64 * 1024;

  private final String path;
  private final Path file;

  Fetching(Exchange exchange, String device, String path, Path file) {
    super(exchange, device);
    this.path = path;
    this.file = file;
  }

  @Override
  Arrival.Closed attempt(Stream stream) throws IOException, InterruptedException {
    ObjectNode arguments = arguments("get", path);
    Channel channel = open(stream, arguments);
    String version = channel.info().path("version").asText();
    Path part = file.resolveSibling(".%s.%s.part".formatted(file.getFileName(), version));
    long there = Files.exists(part) ? Files.size(part) : 0;
    if (there > 0) {
      channel.close();
      channel = open(stream, arguments.put("offset", there).put("version", version));
    }
    try (Channel open = channel) {
      Arrival.Closed closed = receive(open, part, there);
      if (closed.code().equals("ended")) {
        finish(part, closed.result());
      }
      return closed;
    }
  }

  private Arrival.Closed receive(Channel channel, Path part, long there)
      throws IOException, InterruptedException {
    Progress progress =
        new Progress(exchange().surroundings(), there, channel.info().path("size").asLong());
    try (FileChannel out =
        FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      out.position(there);
      while (true) {
        switch (channel.next()) {
          case Arrival.Bytes(ByteBuffer bytes) -> {
            while (bytes.hasRemaining()) {
              int _ = out.write(bytes);
            }
            progress.at(out.position());
          }
          case Arrival.Closed closed -> {
            progress.end();
            return closed;
          }
          case Arrival.Control _, Arrival.Interrupted _, Arrival.Resumed _ -> {}
        }
      }
    }
  }

  private void finish(Path part, JsonNode result) throws IOException {
    String here = sha256(part);
    if (!here.equals(result.path("sha256").asText())) {
      Files.delete(part);
      throw new CliException(
          ExitCode.UNSUCCESSFUL, "what came of %s is damaged; fetch it again".formatted(path));
    }
    if (result.path("changed").asBoolean()) {
      exchange()
          .warn(path + " changed while it was sent: this is as it was for a moment of each part");
    }
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
  }

  static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] bytes = new byte[CHUNK];
      for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
        digest.update(bytes, 0, read);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
