package com.iottly.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.iottly.e2e.Endpoint.Mood;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The server is killed again and again while it delivers to an endpoint that flaps and to one that
 * is down. In the end each has every message of the history, in the order of its device.
 */
class WebhookTest {

  private static final int DEVICES = 12;
  private static final int ROUNDS = 6;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path folder;

  private record Registered(String id, String token) {}

  @Test
  void everyMessageArrivesInOrderThoughTheServerIsKilledAndEndpointsFlap() throws Exception {
    deliverAndCompare(Seed.random(WebhookTest.class), "once");
  }

  @Test
  @Tag("soak")
  void everyMessageArrivesInOrderForAsLongAsTheSoakLasts() throws Exception {
    Random random = Seed.random(WebhookTest.class);
    long end = System.nanoTime() + Soak.DURATION.toNanos();
    for (int round = 1; round == 1 || System.nanoTime() < end; round++) {
      deliverAndCompare(random, "round-" + round);
    }
  }

  private void deliverAndCompare(Random random, String name) throws Exception {
    try (Stage stage = Stage.in(folder.resolve(name))) {
      Platform platform =
          stage.platform(
              """
              [webhook]
              allow = ["127.0.0.1"]
              allow_http = true
              first_retry = "50ms"
              longest_retry = "500ms"
              parked_devices = %d
              window = 64
              """
                  .formatted(random.nextBoolean() ? 3 : 1_000));
      Endpoint flapping = stage.add(new Endpoint(random));
      flapping.mood(Mood.FLAPPING);
      flapping.up();
      Endpoint dead = stage.add(new Endpoint(random));
      createWebhook(platform, flapping);
      createWebhook(platform, dead);
      List<Registered> devices = register(platform);
      for (int round = 0; round < ROUNDS; round++) {
        for (Registered device : devices) {
          send(platform, device, 5 + random.nextInt(20), round);
        }
        LockSupport.parkNanos(Duration.ofMillis(random.nextInt(300)).toNanos());
        platform.server().kill();
        platform.start();
      }
      flapping.mood(Mood.FINE);
      dead.up();
      for (Registered device : devices) {
        List<JsonNode> history = platform.api().history(device.id(), "userdefined");
        assertThat(history).hasSizeGreaterThanOrEqualTo(5 * ROUNDS);
        for (Endpoint endpoint : List.of(flapping, dead)) {
          await()
              .atMost(PATIENCE)
              .untilAsserted(() -> assertThat(endpoint.taken(device.id())).isEqualTo(history));
        }
      }
      System.out.println("flapping endpoint: " + flapping.account());
      System.out.println("endpoint that was down: " + dead.account());
    }
  }

  private static void createWebhook(Platform platform, Endpoint endpoint) {
    JsonNode _ =
        platform
            .api()
            .post(
                "webhooks",
                Api.JSON
                    .createObjectNode()
                    .put("description", "end to end")
                    .put("url", endpoint.url())
                    .put("type", "user")
                    .toString());
  }

  private static List<Registered> register(Platform platform) {
    List<Registered> devices = new ArrayList<>();
    for (int n = 0; n < DEVICES; n++) {
      JsonNode answer =
          platform
              .api()
              .provision(
                  Api.JSON
                      .createObjectNode()
                      .put("project", platform.project())
                      .put("name", "device " + n)
                      .put("macaddress", "02:00:00:00:00:%02x".formatted(n))
                      .put("machine_id", "machine-" + n)
                      .toString());
      devices.add(new Registered(answer.at("/device/id").asText(), answer.get("token").asText()));
    }
    return devices;
  }

  private static void send(Platform platform, Registered device, int count, int round)
      throws Exception {
    try (ScriptedDevice link = ScriptedDevice.connect(platform, device.token())) {
      link.sendBatch(
          1,
          LongStream.rangeClosed(1, count)
              .mapToObj(n -> "{\"round\":%d,\"n\":%d}".formatted(round, n))
              .toList());
      link.awaitAck(count);
    }
  }
}
