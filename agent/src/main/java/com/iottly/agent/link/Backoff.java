package com.iottly.agent.link;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long to wait before the next connection. Belongs to the link's thread. */
final class Backoff {

  private static final Duration LONGEST_RETRY_AFTER = Duration.ofHours(1);
  private static final int RARELY = 5;

  private final Duration first;
  private final Duration max;
  private final RandomGenerator random;
  private int failures;

  Backoff(Duration first, Duration max, RandomGenerator random) {
    this.first = first;
    this.max = max;
    this.random = random;
  }

  /** A connection was healthy: start over. */
  void reset() {
    failures = 0;
  }

  /** Full jitter: anything up to a bound that doubles with every call, from first to max. */
  Duration next() {
    Duration bound = first.multipliedBy(1L << Math.min(failures, 20));
    failures++;
    return upTo(bound.compareTo(max) < 0 ? bound : max);
  }

  /** Half the longest pause or more: the other end needs a person. */
  Duration longest() {
    failures++;
    return max.dividedBy(2).plus(upTo(max.dividedBy(2)));
  }

  /** Several times the longest pause: nothing will change without a person. */
  Duration rarely() {
    return longest().multipliedBy(RARELY);
  }

  /** What the platform asked for, and a random part of it more; at most an hour is believed. */
  Duration retryAfter(Duration asked) {
    Duration wait = asked.compareTo(LONGEST_RETRY_AFTER) < 0 ? asked : LONGEST_RETRY_AFTER;
    return wait.plus(upTo(wait));
  }

  private Duration upTo(Duration bound) {
    return Duration.ofNanos(random.nextLong(bound.toNanos() + 1));
  }
}
