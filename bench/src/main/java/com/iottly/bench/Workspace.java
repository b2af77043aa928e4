package com.iottly.bench;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** A directory for one run, gone when it is closed. */
final class Workspace implements AutoCloseable {

  private final Path directory;

  private Workspace(Path directory) {
    this.directory = directory;
  }

  static Workspace make(Path parent) {
    try {
      Files.createDirectories(parent);
      return new Workspace(Files.createTempDirectory(parent.toAbsolutePath(), "run-"));
    } catch (IOException e) {
      throw new BenchException(
          "can't make a directory in " + parent + ": " + BenchException.reason(e), e);
    }
  }

  /** A directory in it, made when it is not there yet. */
  Path in(String name) {
    try {
      return Files.createDirectories(directory.resolve(name));
    } catch (IOException e) {
      throw new BenchException(
          "can't make " + name + " in " + directory + ": " + BenchException.reason(e), e);
    }
  }

  /** What to tell about a file system whose sync is no sync, or null. */
  static @Nullable String warning(Path place) {
    try {
      String type = Files.getFileStore(place).type();
      return type.equals("tmpfs") || type.equals("ramfs")
          ? "The data is on " + type + ", where a sync costs nothing: no figure for a disk."
          : null;
    } catch (IOException e) {
      return null;
    }
  }

  @Override
  public void close() {
    try {
      Files.walkFileTree(
          directory,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failed)
                throws IOException {
              Files.delete(visited);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      System.err.println("Left behind: " + directory + " (" + BenchException.reason(e) + ")");
    }
  }
}
