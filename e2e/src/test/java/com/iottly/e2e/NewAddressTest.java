package com.iottly.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The device gets another address while it is connected, in a network of its own. */
@Tag("root")
class NewAddressTest {

  private static final String PLATFORM = "10.231.77.1";
  private static final String BEFORE = "10.231.77.2";
  private static final String AFTER = "10.231.77.3";

  @TempDir Path folder;
  private final long id = ProcessHandle.current().pid();
  private final String space = "iottly-test-" + id;
  private final String here = "iot" + id % 1_000_000 + "a";
  private final String there = "iot" + id % 1_000_000 + "b";
  private Stage stage;
  private Platform platform;
  private DeviceAgent agent;

  @BeforeEach
  void open() throws Exception {
    stage = Stage.in(folder);
    ip("netns add " + space);
    stage.add(() -> ip("netns del " + space));
    ip("link add %s type veth peer name %s netns %s".formatted(here, there, space));
    ip("addr add %s/24 dev %s".formatted(PLATFORM, here));
    ip("link set %s up".formatted(here));
    inside("addr add %s/24 dev %s".formatted(BEFORE, there));
    inside("link set %s up".formatted(there));
    platform = stage.add(new Platform(folder, ""));
    platform.startUnder("env", "IOTTLY_SERVER_SERVER_HOST=0.0.0.0");
    platform.start();
    platform.createProject();
    agent = stage.agent(platform);
    agent.set("CONNECTION_ENDPOINT", "ws://" + PLATFORM + ":" + platform.port() + "/ws");
    agent.set("CONNECTION_HEARTBEAT_INTERVAL", 1);
    agent.set("SECURITY_ALLOW_PLAINTEXT", true);
    // It was registered outside, with other network cards.
    agent.set("AGENT_MACHINE", "");
    agent.startUnder("ip", "netns", "exec", space);
    agent.start();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private void ip(String arguments) {
    Child.run(Map.of(), List.of(("ip " + arguments).split(" "))).succeeded();
  }

  private void inside(String arguments) {
    ip("-n " + space + " " + arguments);
  }

  @Test
  void theAgentComesBackFromItsNewAddressAndNothingIsLostOrTwice() throws Exception {
    agent.awaitDrained();
    inside("addr del %s/24 dev %s".formatted(BEFORE, there));
    inside("addr add %s/24 dev %s".formatted(AFTER, there));
    try (ControlSocket control = agent.control()) {
      for (int n = 0; n < 5; n++) {
        control.send("{\"n\":" + n + "}");
      }
    }
    await("a second connection")
        .atMost(Platform.PATIENCE)
        .until(() -> agent.logged().split("connected to ws", -1).length > 2);
    agent.awaitDrained();

    List<JsonNode> arrived = platform.api().history(agent.device(), "userdefined");
    assertThat(arrived)
        .extracting(payload -> payload.path("n").asInt())
        .containsExactly(0, 1, 2, 3, 4);
  }
}
