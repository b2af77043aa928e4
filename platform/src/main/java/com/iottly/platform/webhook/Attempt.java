package com.iottly.platform.webhook;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What became of one request to an endpoint.
 *
 * @param begun when it began
 * @param took how long it took, in milliseconds
 * @param status the HTTP status, or null when there was none
 * @param problem why it counts as a failure, or null when the endpoint took the message
 * @param excerpt the first characters of what the endpoint answered
 * @param retryAfter when the endpoint asked to be tried again, or null
 */
public record Attempt(
    Instant begun,
    Duration took,
    @Nullable Integer status,
    @Nullable String problem,
    String excerpt,
    @Nullable Duration retryAfter) {

  private static final int GONE = 410;

  /** Whether the endpoint took the message. */
  public boolean delivered() {
    return problem == null;
  }

  /** Whether the endpoint wants no more messages. */
  boolean isGone() {
    return status != null && status == GONE;
  }

  String reason() {
    return problem == null ? "" : problem;
  }
}
