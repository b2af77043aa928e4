package com.iottly.agent.clock;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.OptionalLong;

/**
 * The device's wall clock with its distance from the platform's. Any thread.
 *
 * <p>The clock is not trusted while it shows a time before the agent was built, or is known to be
 * further than the allowed offset from the platform's.
 */
public final class DeviceClock {

  private final InstantSource system;
  private final Instant built;
  private final Duration maxOffset;
  private volatile OptionalLong offsetMillis = OptionalLong.empty();

  public DeviceClock(InstantSource system, Instant built, Duration maxOffset) {
    this.system = system;
    this.built = built;
    this.maxOffset = maxOffset;
  }

  /** The time now, in milliseconds since 1970. */
  public long millis() {
    return system.millis();
  }

  /** Whether messages made now carry a believable time. */
  public boolean trusted() {
    OptionalLong offset = offsetMillis;
    return believable(millis())
        && (offset.isEmpty() || Math.abs(offset.getAsLong()) <= maxOffset.toMillis());
  }

  /**
   * Whether a time shown by this clock can be true at all: it is not before the agent was built.
   */
  public boolean believable(long millis) {
    return millis >= built.toEpochMilli();
  }

  /** Platform clock minus device clock in milliseconds, once the platform has told its time. */
  public OptionalLong offsetMillis() {
    return offsetMillis;
  }

  /**
   * Takes one reading of the platform's clock.
   *
   * @param serverMillis what the platform's clock showed
   * @param askedAtMillis what this clock showed when the question left
   * @param roundTrip how long question and answer took, on a monotonic clock
   */
  public void observe(long serverMillis, long askedAtMillis, Duration roundTrip) {
    offsetMillis =
        OptionalLong.of(serverMillis - (askedAtMillis + roundTrip.dividedBy(2).toMillis()));
  }
}
