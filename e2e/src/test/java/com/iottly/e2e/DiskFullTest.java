package com.iottly.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that can't write any more says so, and goes on when it can; nothing is lost. */
class DiskFullTest {

  private static final int BACKLOG = 2_000;

  @TempDir Path folder;
  private Stage stage;

  @BeforeEach
  void open() throws Exception {
    stage = Stage.in(folder);
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  @Test
  void theAgentKeepsWhatTheServerCannotStoreUntilItCan() throws Exception {
    Platform platform = stage.platform();
    DeviceAgent agent = stage.agent(platform);
    agent.start();
    Pump pump = new Pump(agent);
    pump.start(100).join();
    agent.awaitDrained();

    limitFiles(platform, "1:unlimited");
    pump.start(BACKLOG).join();
    await()
        .atMost(Platform.PATIENCE)
        .untilAsserted(() -> {
          Api.Answer ready = platform.api().look("/health/ready");
          assertThat(ready.status()).isEqualTo(503);
          assertThat(ready.body().path("error").asText()).isNotEmpty();
        });
    await().atMost(Platform.PATIENCE).until(() -> agent.logged().contains("4503"));
    assertThat(agent.status().path("spool_waiting").asLong()).isGreaterThanOrEqualTo(BACKLOG);

    limitFiles(platform, "unlimited");
    await()
        .atMost(Platform.PATIENCE)
        .until(() -> platform.api().look("/health/ready").status() == 200);
    agent.awaitConnected();
    agent.awaitDrained();
    assertThat(pump.stored()).isEqualTo(100 + BACKLOG);
    pump.assertKeptIn(platform.api().history(agent.device(), "userdefined"));
  }

  /**
   * As a full disk does, a limit on the size of files lets every write fail that makes one longer.
   */
  private static void limitFiles(Platform platform, String limit) {
    String pid = Long.toString(platform.server().pid());
    Child.run(Map.of(), List.of("prlimit", "--pid", pid, "--fsize=" + limit)).succeeded();
  }
}
