package com.iottly.platform.telemetry;

import java.time.Duration;

/**
 * How much one question may ask, and how many are answered at once ({@code docs/limits.md}).
 *
 * @param runTime how long a question may take
 * @param atOnce questions that read at once
 */
public record TelemetryLimits(Duration runTime, int atOnce) {

  /** What a careful operator would choose, with that time. */
  public static TelemetryLimits within(Duration runTime) {
    return new TelemetryLimits(runTime, 4);
  }

  /** Devices in one question. */
  public static final int DEVICES = 20;

  /** Fields in one question. */
  public static final int FIELDS = 20;

  /** Devices times fields in one question. */
  public static final int SERIES = 40;

  /** Buckets of a series. */
  public static final int POINTS = 2_000;

  /** Characters of a field's path. */
  public static final int PATH = 200;

  /** Fields in a list of them. */
  public static final int LISTED = 500;
}
