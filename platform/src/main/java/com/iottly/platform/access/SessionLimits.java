package com.iottly.platform.access;

import java.time.Duration;

/**
 * Limits on signing in.
 *
 * @param life how long a session lasts at most; default 7 days
 * @param idle how long it lasts without being used; default 12 hours
 * @param perUser how many one user has at once, the oldest go; default 20
 * @param failures how many wrong passwords an account may see from one address in a window; default
 *     5
 * @param failuresPerAddress how many from one address for all accounts; default 50
 * @param failuresPerUser how many for one account from all addresses; default 100
 * @param window how long failures count; default 15 minutes
 */
public record SessionLimits(
    Duration life,
    Duration idle,
    int perUser,
    int failures,
    int failuresPerAddress,
    int failuresPerUser,
    Duration window) {

  /** What a careful operator would choose. */
  public static SessionLimits defaults() {
    return new SessionLimits(
        Duration.ofDays(7), Duration.ofHours(12), 20, 5, 50, 100, Duration.ofMinutes(15));
  }
}
