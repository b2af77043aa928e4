package com.iottly.platform.command;

import java.time.Duration;

/**
 * The limits on commands ({@code docs/limits.md}).
 *
 * @param defaultTtl how long a command may wait for its device when its sender does not say
 * @param maxTtl the longest a sender may ask for
 * @param onlyNowTtl how long a command with TTL 0, only for a device that is connected now, may
 *     take to get there
 * @param pendingPerDevice commands that may wait for one device
 * @param maxWait the longest a request may wait for an outcome
 * @param waiting requests that may wait at once
 */
public record CommandLimits(
    Duration defaultTtl,
    Duration maxTtl,
    Duration onlyNowTtl,
    int pendingPerDevice,
    Duration maxWait,
    int waiting) {

  /** What a careful operator would choose. */
  public static CommandLimits defaults() {
    return new CommandLimits(
        Duration.ofHours(24),
        Duration.ofDays(30),
        Duration.ofSeconds(10),
        1_000,
        Duration.ofSeconds(60),
        10_000);
  }
}
