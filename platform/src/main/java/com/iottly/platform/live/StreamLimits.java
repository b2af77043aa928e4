package com.iottly.platform.live;

import java.time.Duration;

/**
 * The limits of the WebSocket API ({@code docs/limits.md}).
 *
 * @param connections how many there may be
 * @param connectionsPerProject how many of them a project may have
 * @param subscriptions how many a connection may have
 * @param devices how many devices a subscription may name
 * @param frameBytes the largest frame a client may send
 * @param queueBytes what may be on its way to one client
 * @param totalQueueBytes what may be on its way to all of them
 * @param replays how many replays read at once
 * @param heartbeat how often each side is heard at least; after two without a sign a client is
 *     closed
 * @param filterTime how long the filters of one project may hold up the others
 * @param ticketValidity how long a ticket is good
 * @param tickets how many may be good at once
 */
public record StreamLimits(
    int connections,
    int connectionsPerProject,
    int subscriptions,
    int devices,
    int frameBytes,
    long queueBytes,
    long totalQueueBytes,
    int replays,
    Duration heartbeat,
    Duration filterTime,
    Duration ticketValidity,
    int tickets) {

  /** What a careful operator would choose. */
  public static StreamLimits defaults() {
    return new StreamLimits(
        2_000,
        200,
        20,
        1_000,
        64 << 10,
        512 << 10,
        64 << 20,
        8,
        Duration.ofSeconds(30),
        Duration.ofMillis(50),
        Duration.ofSeconds(30),
        10_000);
  }
}
