package com.iottly.platform.gateway;

import java.util.function.LongSupplier;

/**
 * Admits handshakes at a set rate, so that the devices coming back after an outage do not bring the
 * platform down again. Those who have to wait are spread: each refusal takes a place in the queue,
 * and its {@code Retry-After} is when that place comes up. Any thread.
 */
final class Admission {

  private static final long MAX_WAIT_SECONDS = 120;

  private final long nanosPerHandshake;
  private final long burstNanos;
  private final LongSupplier nanoClock;

  /** When the handshakes granted so far are paid for. */
  private long admittedUntil;

  /** When the handshakes granted and put off so far are paid for. */
  private long promisedUntil;

  Admission(int handshakesPerSecond, int burst, LongSupplier nanoClock) {
    this.nanosPerHandshake = 1_000_000_000L / handshakesPerSecond;
    this.burstNanos = nanosPerHandshake * burst;
    this.nanoClock = nanoClock;
    this.admittedUntil = nanoClock.getAsLong() - burstNanos;
    this.promisedUntil = admittedUntil;
  }

  /**
   * Asks for one handshake.
   *
   * @return 0 when it is admitted, otherwise the seconds after which to ask again
   */
  synchronized int secondsToWait() {
    long now = nanoClock.getAsLong();
    long fullBucket = now - burstNanos;
    admittedUntil = later(admittedUntil, fullBucket);
    promisedUntil = later(promisedUntil, admittedUntil);
    if (admittedUntil + nanosPerHandshake - now <= 0) {
      admittedUntil += nanosPerHandshake;
      return 0;
    }
    promisedUntil += nanosPerHandshake;
    long waitSeconds = Math.ceilDiv(Math.max(1, promisedUntil - now), 1_000_000_000L);
    if (waitSeconds > MAX_WAIT_SECONDS) {
      promisedUntil = now + MAX_WAIT_SECONDS * 1_000_000_000L;
      return (int) MAX_WAIT_SECONDS;
    }
    return (int) waitSeconds;
  }

  private static long later(long a, long b) {
    return a - b > 0 ? a : b;
  }
}
