package com.iottly.platform.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.iottly.platform.server.TestPlatform.Provisioned;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** With so little room that it runs out at once. */
class WebhookRoomTest extends WebhookFixture {

  @Override
  Map<String, String> settings() {
    return Map.of("WEBHOOK_WINDOW", "8", "WEBHOOK_PARKED_DEVICES", "2", "WEBHOOK_IN_FLIGHT", "3");
  }

  @Test
  void whenTheSetOfParkedDevicesIsFullTheWebhookWaitsAndLosesNothing() throws Exception {
    create();
    endpoint.answers(500);
    List<Provisioned> devices =
        IntStream.range(0, 6).mapToObj(n -> platform.provision("pump " + n)).toList();
    for (int n = 0; n < 6; n++) {
      send(devices.get(n), 100 * n + 1, 100 * n + 10);
    }
    endpoint.answers(200);
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(numbers()).hasSize(60));
    for (int n = 0; n < 6; n++) {
      int from = 100 * n;
      assertThat(numbers().stream().filter(number -> number / 100 == from / 100))
          .containsExactlyElementsOf(IntStream.rangeClosed(from + 1, from + 10).boxed().toList());
    }
  }

  @Test
  void anEndpointThatNeverAnswersHoldsUpNobodyElse() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    try (TestEndpoint silent = new TestEndpoint()) {
      silent.answers(_ -> {
        awaitQuietly(end);
        return 200;
      });
      create(definition(silent.url()));
      create();
      List<Provisioned> devices =
          IntStream.range(0, 6).mapToObj(n -> platform.provision("pump " + n)).toList();
      for (int n = 0; n < 6; n++) {
        send(devices.get(n), 100 * n + 1, 100 * n + 30);
      }
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(numbers()).hasSize(180));
      assertThat(silent.taken()).isEmpty();
      end.countDown();
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(silent.taken()).hasSize(180));
    }
  }

  @Test
  void noMoreRequestsAreUnderWayThanMayBe() throws Exception {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch three = new CountDownLatch(3);
    endpoint.answers(_ -> {
      most.accumulateAndGet(now.incrementAndGet(), Math::max);
      three.countDown();
      awaitQuietly(three);
      now.decrementAndGet();
      return 200;
    });
    create();
    List<Provisioned> devices =
        IntStream.range(0, 6).mapToObj(n -> platform.provision("pump " + n)).toList();
    for (int number = 1; number <= 5; number++) {
      for (int n = 0; n < 6; n++) {
        send(devices.get(n), 100 * n + number, 100 * n + number);
      }
    }
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(numbers()).hasSize(30));
    assertThat(most).hasValue(3);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      boolean _ = latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
