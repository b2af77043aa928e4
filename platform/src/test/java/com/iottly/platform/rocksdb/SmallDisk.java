package com.iottly.platform.rocksdb;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A disk that can be filled: a small file system of its own where mounting is allowed, a limit on
 * the size of files elsewhere.
 */
final class SmallDisk implements AutoCloseable {

  private static final int BALLAST = 24 << 20;
  private static final long FILE_LIMIT = 600_000;

  private final Path directory;
  private final boolean mounted;

  private SmallDisk(Path directory, boolean mounted) {
    this.directory = directory;
    this.mounted = mounted;
  }

  static SmallDisk in(Path directory) throws Exception {
    boolean mounted =
        run("mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", directory.toString()) == 0;
    SmallDisk disk = new SmallDisk(directory, mounted);
    if (mounted) {
      Path _ = Files.write(disk.ballast(), new byte[BALLAST]);
    }
    return disk;
  }

  Path store() {
    return directory.resolve("journal");
  }

  boolean isMounted() {
    return mounted;
  }

  /** Makes it small for that running program too. */
  void tighten(long pid) throws Exception {
    if (!mounted) {
      limitFiles(pid, FILE_LIMIT + ":unlimited");
    }
  }

  /** Makes room for that program. */
  void free(long pid) throws Exception {
    if (mounted) {
      Files.delete(ballast());
    } else {
      limitFiles(pid, "unlimited");
    }
  }

  private static void limitFiles(long pid, String limit) throws Exception {
    if (run("prlimit", "--pid", Long.toString(pid), "--fsize=" + limit) != 0) {
      throw new IOException("prlimit failed");
    }
  }

  private Path ballast() {
    return directory.resolve("ballast");
  }

  private static int run(String... command) throws Exception {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  @Override
  public void close() throws Exception {
    if (mounted && run("umount", directory.toString()) != 0) {
      throw new IOException("umount " + directory + " failed");
    }
  }
}
