package com.iottly.platform.webhook;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * When to try again: after 5 s, then twice as long each time up to an hour, each time up to a tenth
 * more or less by chance; never before the endpoint asked for, up to a day.
 */
record Backoff(WebhookLimits limits, RandomGenerator random) {

  private static final Duration LONGEST_WISH = Duration.ofDays(1);
  private static final double JITTER = 0.1;

  /**
   * @param attempts how often it was tried, at least once
   * @param wish what the endpoint asked for, or null
   */
  Instant next(Instant now, int attempts, @Nullable Duration wish) {
    Duration wait = limits.firstRetry();
    for (int i = 1; i < attempts && wait.compareTo(limits.longestRetry()) < 0; i++) {
      wait = wait.multipliedBy(2);
    }
    long millis = least(wait, limits.longestRetry()).toMillis();
    long jittered = (long) (millis * (1 - JITTER + 2 * JITTER * random.nextDouble()));
    long wished = wish == null ? 0 : least(wish, LONGEST_WISH).toMillis();
    return now.plusMillis(Math.max(jittered, wished));
  }

  private static Duration least(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }
}
