package com.iottly.platform.admin;

import java.time.Duration;

/**
 * Limits of the admin socket.
 *
 * @param requestBytes the longest request, its line break included, 1 KiB to 16 MiB; default 64 KiB
 * @param requestTime how long a request may take to arrive, 1 ms to 1 hour; default 10 s
 * @param answerTime how long a caller may take to fetch the answer, 1 ms to 1 hour; default 30 s
 * @param connections how many are served at once, 1 to 1,000; one more is told to come back;
 *     default 16
 */
public record AdminLimits(
    int requestBytes, Duration requestTime, Duration answerTime, int connections) {

  public AdminLimits {
    if (requestBytes < 1 << 10 || requestBytes > 16 << 20) {
      throw new IllegalArgumentException(
          "the admin socket's longest request must have 1 KiB to 16 MiB, not " + requestBytes);
    }
    requireTime("the time for a request", requestTime);
    requireTime("the time for an answer", answerTime);
    if (connections < 1 || connections > 1_000) {
      throw new IllegalArgumentException(
          "the admin socket must serve 1 to 1,000 connections, not " + connections);
    }
  }

  private static void requireTime(String what, Duration time) {
    if (time.compareTo(Duration.ofMillis(1)) < 0 || time.compareTo(Duration.ofHours(1)) > 0) {
      throw new IllegalArgumentException(
          what + " on the admin socket must be 1 ms to 1 hour, not " + time);
    }
  }

  public static AdminLimits defaults() {
    return new AdminLimits(64 << 10, Duration.ofSeconds(10), Duration.ofSeconds(30), 16);
  }
}
