package com.iottly.platform.rocksdb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Tells a torn end of the write-ahead log, which a power loss leaves and nobody was promised, from
 * damage in its middle, which would cost acknowledged data. RocksDB itself stops silently at
 * either.
 *
 * <p>Every group is synced before the next is written. So when something whole stands behind a
 * damaged place, that place was synced once. The one exception is a log that ended torn and was
 * followed by a new one after a restart: then the new one goes on with the very sequence number the
 * old one's whole part ended at.
 *
 * <p>The format, from RocksDB's documentation: blocks of 32 KiB; in them fragments of masked CRC32C
 * 4, length 2, type 1 (full, first, middle, last), little-endian; a record starts with its sequence
 * number 8 and its count of writes 4.
 */
final class WalCheck {

  private static final int BLOCK = 32 << 10;
  private static final int HEADER = 7;
  private static final int FULL = 1;
  private static final int FIRST = 2;
  private static final int LAST = 4;
  private static final int RECORD_HEAD = 12;
  private static final int MASK_DELTA = 0xa282ead8;

  /** The sequence number the next record must have. */
  private long expected = -1;

  /** The same behind the record that is being read. */
  private long behind = -1;

  private @Nullable Damage suspect;

  private WalCheck() {}

  /**
   * A damaged place with whole records behind it.
   *
   * @param offset where in the file, in bytes
   */
  record Damage(Path file, long offset) {}

  /** Looks for damage in the middle of the logs in that directory. */
  static Optional<Damage> damage(Path directory) throws IOException {
    WalCheck check = new WalCheck();
    for (Path file : logs(directory)) {
      if (check.read(file)) {
        return Optional.ofNullable(check.suspect);
      }
    }
    return Optional.empty();
  }

  private static List<Path> logs(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().matches("\\d+\\.log"))
          .sorted(Comparator.comparingLong(WalCheck::number))
          .toList();
    }
  }

  private static long number(Path log) {
    String name = log.getFileName().toString();
    return Long.parseLong(name.substring(0, name.indexOf('.')));
  }

  /** Returns whether the suspect turned out to be damage in the middle. */
  private boolean read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer block = ByteBuffer.allocate(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
      for (long start = 0; start < channel.size(); start += BLOCK) {
        block.clear();
        while (block.hasRemaining() && channel.read(block, start + block.position()) > 0) {}
        block.flip();
        if (readBlock(file, start, block)) {
          return true;
        }
      }
      return false;
    }
  }

  private boolean readBlock(Path file, long start, ByteBuffer block) {
    int at = 0;
    while (at + HEADER <= block.limit()) {
      int length = Short.toUnsignedInt(block.getShort(at + 4));
      if (isWhole(block, at, length)) {
        if (isLoss(block, at, length)) {
          return true;
        }
        at += HEADER + length;
      } else {
        if (suspect == null) {
          suspect = new Damage(file, start + at);
        }
        at++;
      }
    }
    return false;
  }

  private boolean isLoss(ByteBuffer block, int at, int length) {
    int type = block.get(at + 6);
    if ((type == FULL || type == FIRST) && length >= RECORD_HEAD) {
      long sequence = block.getLong(at + HEADER);
      if (suspect != null && sequence != expected) {
        return true;
      }
      suspect = null;
      expected = sequence;
      behind = sequence + block.getInt(at + HEADER + Long.BYTES);
    }
    if ((type == FULL || type == LAST) && suspect == null) {
      expected = behind;
    }
    return false;
  }

  private static boolean isWhole(ByteBuffer block, int at, int length) {
    int type = Byte.toUnsignedInt(block.get(at + 6));
    if (type == 0 || at + HEADER + length > block.limit()) {
      return false;
    }
    CRC32C crc = new CRC32C();
    crc.update(block.array(), at + 6, 1 + length);
    int value = (int) crc.getValue();
    return Integer.rotateRight(value, 15) + MASK_DELTA == block.getInt(at);
  }
}
