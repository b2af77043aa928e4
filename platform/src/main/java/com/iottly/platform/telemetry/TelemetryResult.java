package com.iottly.platform.telemetry;

import java.time.Duration;
import java.util.List;

/** What became of a question. */
public sealed interface TelemetryResult {

  /** The answer: a series for each device and field, in the order of the question. */
  record Found(Buckets buckets, List<Series> series) implements TelemetryResult {
    public Found {
      series = List.copyOf(series);
    }
  }

  /**
   * The time was up before the answer was complete.
   *
   * @param limit the time it had
   */
  record TooSlow(Duration limit) implements TelemetryResult {

    /** For whoever asked. */
    public String sentence() {
      return "The messages of that time could not be read within "
          + limit.toMillis()
          + " ms; ask for a shorter time or for fewer devices.";
    }
  }

  /** As many questions as may be are being answered: try again in a moment. */
  record Busy() implements TelemetryResult {}
}
