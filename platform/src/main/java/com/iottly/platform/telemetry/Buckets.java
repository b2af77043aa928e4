package com.iottly.platform.telemetry;

import java.time.Duration;
import java.time.Instant;

/**
 * A stretch of time cut into buckets whose bounds are the same whoever asks and whenever, so that a
 * chart does not tremble while it moves on.
 *
 * @param start of the first bucket, in milliseconds since 1970
 * @param width of each, in milliseconds
 * @param count how many there are
 */
public record Buckets(long start, long width, int count) {

  private static final long[] WIDTHS = {
    1_000,
    2_000,
    5_000,
    10_000,
    15_000,
    30_000,
    60_000,
    120_000,
    300_000,
    600_000,
    900_000,
    1_800_000,
    3_600_000,
    7_200_000,
    10_800_000,
    21_600_000,
    43_200_000,
    86_400_000
  };

  /**
   * The finest that cover the time with no more than that many buckets, and one at either end that
   * reaches beyond it.
   */
  static Buckets over(Instant from, Instant to, int points) {
    long length = Duration.between(from, to).toMillis();
    long width = WIDTHS[WIDTHS.length - 1];
    width *= Math.ceilDiv(length, width * points);
    for (int i = WIDTHS.length - 1; i >= 0 && Math.ceilDiv(length, WIDTHS[i]) <= points; i--) {
      width = WIDTHS[i];
    }
    long start = Math.floorDiv(from.toEpochMilli(), width) * width;
    return new Buckets(start, width, (int) Math.ceilDiv(to.toEpochMilli() - start, width));
  }

  /** The bucket of that moment; beyond the ends there is none, and it is no index. */
  long of(long millis) {
    return Math.floorDiv(millis - start, width);
  }
}
