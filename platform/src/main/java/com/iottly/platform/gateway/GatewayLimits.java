package com.iottly.platform.gateway;

import java.time.Duration;

/**
 * The limits of the device link ({@code docs/limits.md}).
 *
 * @param maxFrameBytes the largest frame read, in bytes
 * @param maxPayloadBytes the largest payload of one message, in bytes
 * @param windowMessages unacknowledged messages per connection
 * @param windowBytes unacknowledged bytes of batch frames per connection
 * @param helloTimeout how long a new connection may take to say hello
 * @param commandsInFlight commands sent to a device and not yet confirmed by it
 * @param handshakesPerSecond how many devices are admitted per second
 * @param handshakeBurst how many devices are admitted at once after a quiet time
 */
public record GatewayLimits(
    int maxFrameBytes,
    int maxPayloadBytes,
    int windowMessages,
    int windowBytes,
    Duration helloTimeout,
    int commandsInFlight,
    int handshakesPerSecond,
    int handshakeBurst) {

  /** What a careful operator would choose. */
  public static GatewayLimits defaults() {
    return new GatewayLimits(
        1 << 20, 256 << 10, 4096, 4 << 20, Duration.ofSeconds(10), 16, 500, 1000);
  }
}
