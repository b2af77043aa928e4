package com.iottly.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What waits on either side while the other is away arrives when it is back. */
class OfflineTest {

  private static final int BACKLOG = 5_000;
  private static final int COMMANDS = 5;

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
  void aBacklogAndWaitingCommandsArriveOnceAndInOrder() throws Exception {
    Platform platform = stage.platform();
    DeviceAgent agent = stage.agent(platform);
    agent.start();
    agent.awaitDrained();
    agent.process().signal("TERM");
    assertThat(agent.process().awaitExit()).isZero();

    Api api = platform.api();
    List<String> commands = new ArrayList<>();
    for (int i = 0; i < COMMANDS; i++) {
      JsonNode command = api.echo(agent.device(), 0);
      assertThat(command.path("state").asText()).isEqualTo("queued");
      commands.add(command.path("id").asText());
    }
    platform.stop();

    agent.launch();
    agent.awaitAnswering();
    Pump pump = new Pump(agent);
    pump.start(BACKLOG).join();
    assertThat(agent.status().path("connected").asBoolean()).isFalse();
    assertThat(agent.status().path("spool_waiting").asLong()).isGreaterThan(BACKLOG);

    platform.start();
    agent.awaitConnected();
    await()
        .atMost(Platform.PATIENCE)
        .until(() -> states(api, agent).stream().allMatch("succeeded"::equals));
    agent.awaitDrained();

    assertThat(pump.stored()).isEqualTo(BACKLOG);
    List<JsonNode> users = api.history(agent.device(), "userdefined");
    pump.assertKeptIn(users.stream().filter(payload -> payload.has("n")).toList());
    assertThat(users.stream().filter(payload -> payload.has("ECHO"))).hasSize(COMMANDS);
    assertThat(users).hasSize(BACKLOG + COMMANDS);
    assertThat(commands(api, agent).stream().map(command -> command.path("id").asText()))
        .as("newest first")
        .containsExactlyElementsOf(commands.reversed());
    assertThat(commands(api, agent).reversed().stream().map(c -> c.path("changed").asText()))
        .as("when each was done, in the order of their making")
        .isSorted();

    List<JsonNode> own = api.history(agent.device(), "iottlyagent");
    assertThat(texts(own, "connectionstatus"))
        .containsExactly("connected", "disconnected", "connected");
    assertThat(texts(own, "restart_cause")).containsExactly("first_start", "restart");
    assertThat(own.stream().filter(payload -> payload.has("telemetry")))
        .hasSizeGreaterThanOrEqualTo(2);
    assertThat(own.stream().filter(payload -> payload.has("gap"))).isEmpty();
  }

  private static List<JsonNode> commands(Api api, DeviceAgent agent) {
    List<JsonNode> commands = new ArrayList<>();
    api.get("device/" + agent.device() + "/command").path("commands").forEach(commands::add);
    return commands;
  }

  private static List<String> states(Api api, DeviceAgent agent) {
    return commands(api, agent).stream().map(command -> command.path("state").asText()).toList();
  }

  private static List<String> texts(List<JsonNode> payloads, String member) {
    return payloads.stream()
        .filter(payload -> payload.has(member))
        .map(payload -> payload.path(member).asText())
        .toList();
  }
}
