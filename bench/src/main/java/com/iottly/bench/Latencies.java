package com.iottly.bench;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** How long things took: a histogram of nanoseconds with three digits, up to ten minutes. */
final class Latencies {

  private static final long LOWEST = TimeUnit.MICROSECONDS.toNanos(1);
  private static final long HIGHEST = TimeUnit.MINUTES.toNanos(10);

  private final Histogram histogram = new Histogram(LOWEST, HIGHEST, 3);

  void record(long nanos) {
    histogram.recordValue(Math.clamp(nanos, 0, HIGHEST));
  }

  void record(Duration duration) {
    record(duration.toNanos());
  }

  void add(Latencies other) {
    histogram.add(other.histogram);
  }

  long count() {
    return histogram.getTotalCount();
  }

  /** The value that so many percent stay below or reach, in milliseconds. */
  double millis(double percentile) {
    return histogram.getValueAtPercentile(percentile) / 1e6;
  }

  double maxMillis() {
    return histogram.getMaxValue() / 1e6;
  }
}
