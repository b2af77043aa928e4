package com.iottly.platform.filter;

import java.time.Duration;
import java.util.function.LongSupplier;

/** The time a question may take. Whoever does the work counts its steps here; one thread. */
public final class Budget {

  /** How many steps go between two looks at the clock. */
  static final int STEPS_PER_LOOK = 256;

  private final LongSupplier nanoTime;
  private final long start;
  private final long nanos;
  private int steps;

  private Budget(LongSupplier nanoTime, long nanos) {
    this.nanoTime = nanoTime;
    this.start = nanoTime.getAsLong();
    this.nanos = nanos;
  }

  /**
   * A budget that begins now.
   *
   * @param nanoTime a monotonic clock in nanoseconds
   */
  public static Budget of(Duration runTime, LongSupplier nanoTime) {
    return new Budget(nanoTime, runTime.toNanos());
  }

  static Budget unlimited() {
    return new Budget(() -> 0, Long.MAX_VALUE);
  }

  /**
   * Counts one step: one message, one element of an array, one character of a long text.
   *
   * @throws SpentException when the time is up
   */
  public void step() {
    if (++steps % STEPS_PER_LOOK == 0) {
      look();
    }
  }

  /**
   * Ends the query when its time is up, and gives way: a virtual thread that only computes would
   * keep its carrier until then. Nothing relies on who comes next.
   *
   * @throws SpentException when the time is up
   */
  @SuppressWarnings("ThreadPriorityCheck")
  public void look() {
    Thread.yield();
    if (nanoTime.getAsLong() - start > nanos) {
      throw new SpentException();
    }
  }

  /** The time is up. */
  public static final class SpentException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private SpentException() {
      super("the query's time is up", null, false, false);
    }
  }
}
