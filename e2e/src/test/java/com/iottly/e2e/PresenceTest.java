package com.iottly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The history says who was there, also when nobody could say goodbye. */
class PresenceTest {

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
  void aSessionThatDiedWithTheServerEndsInTheHistory() throws Exception {
    Platform platform = stage.platform();
    DeviceAgent agent = stage.agent(platform);
    try (ScriptedDevice device = ScriptedDevice.connect(platform, agent.token())) {
      device.sendBatch(1, List.of("{\"here\":1}"));
      device.awaitAck(1);
      assertThat(platform.api().isConnected(agent.device())).isTrue();
      platform.server().kill();
    }

    platform.start();
    assertThat(platform.api().isConnected(agent.device())).isFalse();
    assertThat(presence(platform, agent)).containsExactly("connected", "disconnected");

    platform.server().kill();
    platform.start();
    assertThat(presence(platform, agent)).containsExactly("connected", "disconnected");

    try (ScriptedDevice device = ScriptedDevice.connect(platform, agent.token())) {
      device.sendBatch(1, List.of("{\"here\":2}"));
      device.awaitAck(1);
      platform.stop();
    }
    platform.start();
    assertThat(presence(platform, agent))
        .containsExactly("connected", "disconnected", "connected", "disconnected");
  }

  private static List<String> presence(Platform platform, DeviceAgent agent) {
    return platform.api().history(agent.device(), "iottlyagent").stream()
        .filter(payload -> payload.has("connectionstatus"))
        .map(payload -> payload.path("connectionstatus").asText())
        .toList();
  }
}
