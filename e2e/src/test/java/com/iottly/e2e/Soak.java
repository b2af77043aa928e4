package com.iottly.e2e;

import java.time.Duration;

/** How long the tests with the tag {@code soak} go on. */
final class Soak {

  static final Duration DURATION = Duration.ofMinutes(Long.getLong("iottly.soak.minutes", 3));

  private Soak() {}
}
