package com.iottly.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client by other people (ws for Node) follows a stream while the server stops and dies. */
class StreamTest {

  private static final int BREAKS = 4;
  private static final int MESSAGES = 1_500;

  @TempDir Path folder;

  @Test
  void aClientThatReconnectsWithItsCursorMissesNothingAndRepeatsNothing() throws Exception {
    Random random = Seed.random(StreamTest.class);
    NodeClients.install();
    try (Stage stage = Stage.in(folder)) {
      Platform platform = stage.platform();
      DeviceAgent agent = stage.agent(platform);
      agent.start();
      Path heard = folder.resolve("heard");
      String url =
          platform.url().replaceFirst("^http", "ws")
              + "/v1.0/project/"
              + platform.project()
              + "/stream";
      stage.add(
          Child.start(
              heard,
              Map.of("IOTTLY_API_KEY", platform.key()),
              List.of("node", NodeClients.FOLDER.resolve("follow.js").toString(), url)));
      Pump pump = new Pump(agent);
      for (int i = 0; i < BREAKS; i++) {
        CompletableFuture<Void> pumping = pump.start(MESSAGES);
        LockSupport.parkNanos(Duration.ofMillis(random.nextInt(600)).toNanos());
        if (random.nextBoolean()) {
          platform.server().kill();
        } else {
          platform.stop();
        }
        platform.start();
        pumping.join();
        agent.awaitConnected();
      }
      agent.awaitDrained();
      List<String> history =
          platform.api().history(agent.device(), "userdefined").stream()
              .map(payload -> payload.path("n").asText())
              .toList();
      assertThat(history).hasSize(BREAKS * MESSAGES);
      await()
          .atMost(Platform.PATIENCE)
          .until(() -> Files.readAllLines(heard).size() >= history.size());
      assertThat(Files.readAllLines(heard)).isEqualTo(history);
    }
  }
}
