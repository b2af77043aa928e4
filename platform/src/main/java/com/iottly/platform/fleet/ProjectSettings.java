package com.iottly.platform.fleet;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a project's owner decides about it.
 *
 * @param licenseCap the largest number of licenses, 0 to 1,000,000, or null for no cap; the default
 * @param retentionAge how long messages are kept at least, 1 hour to 10 years in whole seconds;
 *     default 30 days
 * @param retentionBytes how many bytes of messages are kept at most, from 1 MiB; default 10 GiB
 * @param approveReregistration whether a machine that registers with the MAC address of a device
 *     that is connected waits for an approval; default true
 */
public record ProjectSettings(
    @Nullable Integer licenseCap,
    Duration retentionAge,
    long retentionBytes,
    boolean approveReregistration) {

  /** What a new project has. */
  public static ProjectSettings defaults() {
    return new ProjectSettings(null, Duration.ofDays(30), 10L << 30, true);
  }
}
