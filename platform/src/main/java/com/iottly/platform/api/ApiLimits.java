package com.iottly.platform.api;

import java.time.Duration;

/**
 * The limits of the HTTP API ({@code docs/limits.md}).
 *
 * @param maxBodyBytes the largest request body
 * @param bodyTimeout how long a request may take to deliver its body
 * @param concurrentRequests requests that may be worked on at once
 */
public record ApiLimits(int maxBodyBytes, Duration bodyTimeout, int concurrentRequests) {

  /** What a careful operator would choose. */
  public static ApiLimits defaults() {
    return new ApiLimits(1 << 20, Duration.ofSeconds(30), 1_000);
  }
}
