package com.iottly.platform.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** With tries that are never far apart. */
class WebhookRetryTest extends WebhookFixture {

  private static final int TRIES = 14;

  @Override
  Map<String, String> settings() {
    return Map.of("WEBHOOK_FIRST_RETRY", "50ms", "WEBHOOK_LONGEST_RETRY", "100ms");
  }

  @Test
  void thePauseBetweenTriesIsDoubledUpToTheLongest() throws Exception {
    create();
    AtomicInteger tries = new AtomicInteger();
    endpoint.answers(_ -> tries.incrementAndGet() < TRIES ? 500 : 200);
    send(platform.provision("pump"), 1, 1);
    // Doubled without an end, the last pause alone would take over three minutes.
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(numbers()).containsExactly(1));
    assertThat(tries).hasValue(TRIES);
  }
}
