package com.iottly.agent.spool;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where the spool is and how much it may hold.
 *
 * @param directory the spool's own directory
 * @param maxBytes the byte cap over all segment files, at least {@link #MIN_BYTES}
 * @param maxAge messages older than this are dropped, a whole segment at a time
 * @param maxPending how many appends may wait for the disk at once
 * @param maxPendingBytes how many bytes of messages may wait for the disk at once
 */
public record SpoolSettings(
    Path directory, long maxBytes, Duration maxAge, int maxPending, int maxPendingBytes) {

  /** The smallest byte cap. */
  public static final long MIN_BYTES = 1024 * 1024;

  public SpoolSettings {
    if (maxBytes < MIN_BYTES) {
      throw new IllegalArgumentException(
          "a spool of " + maxBytes + " bytes is too small; at least " + MIN_BYTES + " are needed");
    }
  }

  /** These caps with room for 1,024 appends and 4 MiB waiting for the disk. */
  public static SpoolSettings of(Path directory, long maxBytes, Duration maxAge) {
    return new SpoolSettings(directory, maxBytes, maxAge, 1024, 4 * 1024 * 1024);
  }

  /** Segments are a 64th of the cap, between 64 KiB and 1 MiB. */
  long segmentBytes() {
    return Math.clamp(maxBytes / 64, 64 * 1024L, 1024 * 1024L);
  }
}
