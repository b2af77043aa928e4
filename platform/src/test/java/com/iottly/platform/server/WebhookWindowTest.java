package com.iottly.platform.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.iottly.platform.server.TestPlatform.Provisioned;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With room for the bytes of four messages. */
class WebhookWindowTest extends WebhookFixture {

  private static final int FOUR = 4;
  private static final int KIB = 1 << 10;

  private AtomicInteger waiting;
  private CountDownLatch answer;

  @Override
  Map<String, String> settings() {
    return Map.of("WEBHOOK_WINDOW_BYTES", FOUR + "KiB");
  }

  @BeforeEach
  void holdRequests() {
    waiting = new AtomicInteger();
    answer = new CountDownLatch(1);
    endpoint.answers(_ -> {
      waiting.incrementAndGet();
      try {
        return answer.await(PATIENCE.toSeconds(), TimeUnit.SECONDS) ? 200 : 500;
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    });
  }

  /** A payload of that many bytes. */
  private static String payload(int number, int bytes) {
    String empty = "{\"n\":" + number + ",\"filling\":\"\"}";
    return empty.replace("\"\"", "\"" + "x".repeat(bytes - empty.length()) + "\"");
  }

  private void send(Provisioned device, String payload) throws Exception {
    try (TestDevice link = TestDevice.hello(platform, device.token(), 1)) {
      link.sendMessage(1, payload);
      link.awaitAck(1);
    }
  }

  private List<Provisioned> devices(int count) {
    return IntStream.range(0, count).mapToObj(n -> platform.provision("pump " + n)).toList();
  }

  private void awaitCount(int count) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(numbers()).hasSize(count));
  }

  /** Four requests are under way, and no more until they are answered. */
  private void assertFourAtOnce(int count) {
    await().atMost(PATIENCE).until(() -> waiting.get() == FOUR);
    await().during(Duration.ofMillis(500)).until(() -> waiting.get() == FOUR);
    answer.countDown();
    awaitCount(count);
  }

  @Test
  void ofThePastNoMoreIsTakenInThanThereIsRoomFor() throws Exception {
    List<Provisioned> devices = devices(2 * FOUR);
    for (int n = 0; n < devices.size(); n++) {
      send(devices.get(n), payload(n, KIB));
    }
    String first =
        ok(platform.get("project/" + platform.project() + "/messages/" + devices.getFirst().id()))
            .at("/messages/0/_id/$oid")
            .asText();
    ok(call("POST", "/" + create() + "/replay", "{\"message\": \"" + first + "\"}"));
    assertFourAtOnce(devices.size());
  }

  @Test
  void ofThePresentNoMoreIsTakenInThanThereIsRoomFor() throws Exception {
    create();
    List<Provisioned> devices = devices(2 * FOUR);
    for (int n = 0; n < devices.size(); n++) {
      send(devices.get(n), payload(n, KIB));
    }
    assertFourAtOnce(devices.size());
  }

  @Test
  void aMessageLargerThanTheRoomIsSentToo() throws Exception {
    create();
    answer.countDown();
    List<Provisioned> devices = devices(3);
    send(devices.get(0), payload(0, 2 * FOUR * KIB));
    send(devices.get(1), payload(1, KIB));
    send(devices.get(2), payload(2, 2 * FOUR * KIB));
    awaitCount(devices.size());
  }
}
