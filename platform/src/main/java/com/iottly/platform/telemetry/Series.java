package com.iottly.platform.telemetry;

import com.iottly.platform.core.DeviceId;

/**
 * One field of one device over time, in buckets of equal length. A bucket without a number is a
 * gap, and stays one. One thread.
 */
public final class Series {

  private final DeviceId device;
  private final String field;
  private final double[] min;
  private final double[] max;
  private final double[] sum;
  private final int[] count;

  Series(DeviceId device, String field, int buckets) {
    this.device = device;
    this.field = field;
    this.min = new double[buckets];
    this.max = new double[buckets];
    this.sum = new double[buckets];
    this.count = new int[buckets];
  }

  void add(int bucket, double value) {
    boolean first = count[bucket]++ == 0;
    min[bucket] = first ? value : Math.min(min[bucket], value);
    max[bucket] = first ? value : Math.max(max[bucket], value);
    sum[bucket] += value;
  }

  public DeviceId device() {
    return device;
  }

  /** The path of the field. */
  public String field() {
    return field;
  }

  /** How many numbers that bucket has. */
  public int count(int bucket) {
    return count[bucket];
  }

  /** The smallest of them. */
  public double min(int bucket) {
    return min[bucket];
  }

  /** The largest of them. */
  public double max(int bucket) {
    return max[bucket];
  }

  /** Their mean. */
  public double mean(int bucket) {
    return Math.clamp(sum[bucket] / count[bucket], min[bucket], max[bucket]);
  }
}
