package com.iottly.agent.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A text file that somebody else writes to, read line by line from its beginning. It stays the same
 * file when it is renamed; one that is not there has no lines.
 */
final class GrowingFile implements Closeable {

  private static final int MAX_LINE = 64 * 1024;

  private final Path path;
  private final @Nullable FileChannel channel;
  private final @Nullable Object identity;
  private final ByteBuffer bytes = ByteBuffer.allocate(16 * 1024);
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  GrowingFile(Path path) throws IOException {
    this.path = path;
    FileChannel opened = null;
    Object before = identity(path);
    while (before != null && opened == null) {
      opened = open(path);
      Object after = identity(path);
      if (opened != null && !Objects.equals(before, after)) {
        opened.close();
        opened = null;
      }
      before = opened == null ? after : before;
    }
    this.channel = opened;
    this.identity = before;
  }

  private static @Nullable FileChannel open(Path path) throws IOException {
    try {
      return FileChannel.open(path);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private static @Nullable Object identity(Path path) throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  boolean isSameAs(GrowingFile other) {
    return identity != null && identity.equals(other.identity);
  }

  /** Whether another file has the name now. */
  boolean isReplaced() throws IOException {
    Object now = identity(path);
    return now != null && !now.equals(identity);
  }

  /** Hands over the complete lines that were written since; a file that shrank is read anew. */
  void read(Consumer<String> lines) throws IOException {
    FileChannel open = channel;
    if (open == null) {
      return;
    }
    if (open.position() > open.size()) {
      open.position(0);
    }
    while (open.read(bytes.clear()) > 0) {
      split(bytes.flip(), lines);
    }
  }

  private void split(ByteBuffer read, Consumer<String> lines) {
    while (read.hasRemaining()) {
      byte b = read.get();
      if (b == '\n') {
        lines.accept(line.toString(UTF_8));
        line.reset();
      } else if (line.size() < MAX_LINE) {
        line.write(b);
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }
}
