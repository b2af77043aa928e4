package com.iottly.agent.link;

import java.net.URI;
import java.time.Duration;

/**
 * How the link behaves.
 *
 * @param endpoint the platform's WebSocket address
 * @param token the device token, a secret
 * @param reconnectInterval the first pause between two connections is random up to this
 * @param reconnectMax and doubles up to this
 * @param heartbeat how often to say PING; a platform silent for two of them is dead
 * @param answerTimeout how long the handshake, and then WELCOME, may take
 * @param telemetryBuffer telemetry waits until there are so many messages of it
 * @param telemetryFlush or until it has waited for so long
 * @param maxBatchBytes batches are no larger than this, unless one message is
 * @param maxInFlightBytes at most so many bytes wait for an ACK, whatever WELCOME allows
 */
public record LinkSettings(
    URI endpoint,
    String token,
    Duration reconnectInterval,
    Duration reconnectMax,
    Duration heartbeat,
    Duration answerTimeout,
    int telemetryBuffer,
    Duration telemetryFlush,
    int maxBatchBytes,
    int maxInFlightBytes) {

  /** The limits that are not configured: 20 s for an answer, 128 KiB batches, 2 MiB in flight. */
  public static LinkSettings of(
      URI endpoint,
      String token,
      Duration reconnectInterval,
      Duration reconnectMax,
      Duration heartbeat,
      int telemetryBuffer,
      Duration telemetryFlush) {
    return new LinkSettings(
        endpoint,
        token,
        reconnectInterval,
        reconnectMax,
        heartbeat,
        Duration.ofSeconds(20),
        telemetryBuffer,
        telemetryFlush,
        128 * 1024,
        2 * 1024 * 1024);
  }

  @Override
  public String toString() {
    return "LinkSettings[endpoint=" + endpoint + "]";
  }
}
