package com.iottly.platform.server;

import java.time.Duration;

/**
 * The limits of connections that are no device links ({@code docs/limits.md}).
 *
 * @param headTimeout from a connection's start until its first request's head has come; as long for
 *     a TLS handshake
 * @param idleTimeout from an answer until the next request's head has come
 * @param requestTimeout from a request's head until its answer has gone, downloads included
 * @param connections how many there may be
 */
record HttpLimits(
    Duration headTimeout, Duration idleTimeout, Duration requestTimeout, int connections) {

  /** What a careful operator would choose. */
  static HttpLimits defaults() {
    return new HttpLimits(
        Duration.ofSeconds(10), Duration.ofMinutes(2), Duration.ofMinutes(30), 10_000);
  }
}
