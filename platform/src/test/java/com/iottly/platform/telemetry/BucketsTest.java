package com.iottly.platform.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BucketsTest {

  private static final Instant START = Instant.parse("2026-03-01T10:07:33.250Z");

  @ParameterizedTest
  @CsvSource({
    "PT1S, 600, 1000",
    "PT10M, 600, 1000",
    "PT10M0.001S, 600, 2000",
    "PT1H, 600, 10000",
    "PT24H, 600, 300000",
    "P7D, 600, 1800000",
    "P30D, 600, 7200000",
    "P365D, 600, 86400000",
    "P3650D, 10, 31536000000",
  })
  void theWidthIsTheFinestRoundOneThatNeedsNoMoreThanThePoints(
      Duration length, int points, long width) {
    assertThat(Buckets.over(START, START.plus(length), points).width()).isEqualTo(width);
  }

  @Test
  void everyMomentOfTheTimeHasABucketAndTheBoundsAreTheSameWhoeverAsks() {
    long seed = Long.getLong("iottly.test.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      long length = 1 + random.nextLong(Duration.ofDays(4_000).toMillis());
      int points = 10 + random.nextInt(1_991);
      Instant from = Instant.ofEpochMilli(random.nextLong(4_000_000_000_000L));
      Instant to = from.plusMillis(length);
      Buckets buckets = Buckets.over(from, to, points);
      assertThat(buckets.of(from.toEpochMilli())).as("seed %d", seed).isZero();
      assertThat(buckets.of(to.toEpochMilli() - 1))
          .as("seed %d", seed)
          .isEqualTo(buckets.count() - 1);
      assertThat(buckets.count()).as("seed %d", seed).isBetween(1, points + 1);
      assertThat(buckets.start() % buckets.width()).as("seed %d", seed).isZero();
    }
  }
}
