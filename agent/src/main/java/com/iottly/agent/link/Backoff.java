package com.iottly.agent.link;

import com.iottly.wire.CloseCode;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** How long to wait before the next attempt. Belongs to one thread. */
public final class Backoff {

  private static final Duration LONGEST_RETRY_AFTER = Duration.ofHours(1);
  private static final int RARELY = 5;

  private final RandomGenerator random;
  private Duration first;
  private Duration max;
  private int failures;

  /** Starts over: the first pause is up to {@code first}, the longest up to {@code max}. */
  public Backoff(Duration first, Duration max, RandomGenerator random) {
    this.first = first;
    this.max = max;
    this.random = random;
  }

  /** From now on with these bounds. */
  void bounds(Duration newFirst, Duration newMax) {
    first = newFirst;
    max = newMax;
  }

  /** A connection was healthy: start over. */
  void reset() {
    failures = 0;
  }

  /** The pause after a connection was closed with that code, by either end. */
  Duration after(CloseCode code) {
    return switch (code) {
      case GOING_AWAY, BAD_SEQUENCE, SILENT, STORE_UNAVAILABLE -> next();
      case BAD_FRAME, SUPERSEDED, TOO_LARGE, WINDOW_EXCEEDED, BAD_CHANNEL -> longest();
      case TOKEN_REJECTED -> rarely();
    };
  }

  /**
   * The pause after a handshake that failed.
   *
   * @param status the HTTP status, or 0
   * @param asked what the platform asked for, or null
   */
  Duration after(int status, @Nullable Duration asked) {
    return switch (status) {
      case 400, 401 -> longest();
      case 503 -> asked == null ? next() : retryAfter(asked);
      default -> next();
    };
  }

  /** Full jitter: anything up to a bound that doubles with every call, from first to max. */
  public Duration next() {
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
