package com.iottly.agent.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A text file that is renamed to {@code .1}, {@code .2}, … when it has grown, the oldest being
 * deleted. Belongs to the log's thread.
 */
public final class RotatingFile {

  /** The size at which a file is rotated by default. */
  public static final long DEFAULT_MAX_BYTES = 1024 * 1024;

  /** How many old files are kept by default. */
  public static final int DEFAULT_KEEP = 4;

  private final Path path;
  private final long maxBytes;
  private final int keep;
  private @Nullable FileChannel channel;

  public RotatingFile(Path path, long maxBytes, int keep) {
    this.path = path;
    this.maxBytes = maxBytes;
    this.keep = keep;
  }

  /** Appends lines and answers whether that worked; the next call tries again. */
  boolean append(List<String> lines) {
    try {
      FileChannel out = open();
      ByteBuffer bytes = ByteBuffer.wrap((String.join("\n", lines) + "\n").getBytes(UTF_8));
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      if (out.size() >= maxBytes) {
        rotate();
      }
      return true;
    } catch (IOException e) {
      close();
      return false;
    }
  }

  private FileChannel open() throws IOException {
    FileChannel out = channel;
    if (out == null || !Files.exists(path)) {
      close();
      Path directory = path.toAbsolutePath().getParent();
      if (directory != null) {
        Files.createDirectories(directory);
      }
      out = FileChannel.open(path, CREATE, APPEND);
      channel = out;
    }
    return out;
  }

  private void rotate() throws IOException {
    close();
    for (int n = keep - 1; n >= 1; n--) {
      if (Files.exists(numbered(n))) {
        Files.move(numbered(n), numbered(n + 1), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Files.move(path, numbered(1), StandardCopyOption.REPLACE_EXISTING);
  }

  private Path numbered(int n) {
    return numbered(path, n);
  }

  /** The n-th older file; 1 is the youngest. */
  public static Path numbered(Path file, int n) {
    return file.resolveSibling(file.getFileName() + "." + n);
  }

  void close() {
    FileChannel open = channel;
    channel = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        System.err.println("iottly-agent: closing " + path + ": " + e.getMessage());
      }
    }
  }
}
