package com.iottly.platform.remote;

import java.time.Duration;

/**
 * The limits of what is done on devices from afar ({@code docs/limits.md}).
 *
 * @param sessions how many may be open at once
 * @param sessionsPerDevice how many of them to one device
 * @param sessionsPerClient how many of them on one connection of a client
 * @param shellsPerUser how many shells one user or key may have open on one device
 * @param opensPerSecond how many one connection of a client may open per second; a burst may have
 *     four times as many
 * @param windowBytes how many bytes may be between a sender and a taker, each way
 * @param controls how many words of one end may wait for the other
 * @param openTimeout how long a device may take to open a session
 * @param idle how long nothing may go either way
 * @param longest how long a session may be open
 * @param grace how long a session that can be resumed waits for its device at most
 */
public record RemoteLimits(
    int sessions,
    int sessionsPerDevice,
    int sessionsPerClient,
    int shellsPerUser,
    int opensPerSecond,
    int windowBytes,
    int controls,
    Duration openTimeout,
    Duration idle,
    Duration longest,
    Duration grace) {

  /** What a careful operator would choose. */
  public static RemoteLimits defaults() {
    return new RemoteLimits(
        500,
        16,
        32,
        1,
        20,
        128 << 10,
        16,
        Duration.ofSeconds(20),
        Duration.ofMinutes(30),
        Duration.ofHours(12),
        Duration.ofSeconds(60));
  }
}
