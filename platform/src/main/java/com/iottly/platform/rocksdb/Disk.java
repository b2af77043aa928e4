package com.iottly.platform.rocksdb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** The disk under the store. Thread-safe. */
final class Disk {

  private static final int PROBE_BYTES = 256 << 10;

  private final Path directory;
  private final FileStore store;
  private final long floor;

  Disk(Path directory, long floor) throws IOException {
    this.directory = directory;
    this.floor = floor;
    this.store = Files.getFileStore(directory);
  }

  /** Why the disk should take no more data, or null when it may. */
  @Nullable String refusal() {
    try {
      long free = store.getUsableSpace();
      return free >= floor
          ? null
          : "the journal's disk has "
              + free
              + " bytes free, less than the "
              + floor
              + " that must stay free; free some space or shorten the retention";
    } catch (IOException e) {
      return "the free space of the journal's disk is unknown: " + e.getMessage();
    }
  }

  /** Why the disk takes no writes, or null when it does: writes and syncs a file to find out. */
  @Nullable String probe() {
    String refusal = refusal();
    if (refusal != null) {
      return refusal;
    }
    Path file = directory.resolve("probe.tmp");
    try {
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        ByteBuffer zeros = ByteBuffer.allocate(PROBE_BYTES);
        while (zeros.hasRemaining()) {
          int _ = channel.write(zeros);
        }
        channel.force(true);
      } finally {
        boolean _ = Files.deleteIfExists(file);
      }
      return null;
    } catch (IOException e) {
      return "the journal's disk takes no writes: " + e.getMessage();
    }
  }
}
