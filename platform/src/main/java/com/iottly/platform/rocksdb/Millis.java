package com.iottly.platform.rocksdb;

import java.time.Instant;

/** Instants as milliseconds since 1970; what a long can't hold becomes the nearest it can. */
final class Millis {

  private Millis() {}

  static long of(Instant instant) {
    try {
      return instant.toEpochMilli();
    } catch (ArithmeticException e) {
      return instant.isBefore(Instant.EPOCH) ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
  }

  /** The first millisecond since 1970 that is not before the instant. */
  static long ceiling(Instant instant) {
    long millis = of(instant);
    boolean later = millis != Long.MAX_VALUE && Instant.ofEpochMilli(millis).isBefore(instant);
    return Math.max(0, later ? millis + 1 : millis);
  }
}
