package com.iottly.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.iottly.agent.link.TestPlatform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The platform's name leads elsewhere while the agent runs. */
class MovingPlatformTest extends AgentProcesses {

  /** Less than the half minute for which Java by itself would remember the old address. */
  private static final Duration SOON = Duration.ofSeconds(20);

  @Test
  void theNameIsResolvedAnewForEachConnection() throws Exception {
    try (TestPlatform elsewhere = TestPlatform.at("127.0.0.2", platform.port())) {
      Path hosts = Files.writeString(directory.resolve("hosts"), "127.0.0.1 platform.test\n");
      launch(
          Map.of(
              "JAVA_TOOL_OPTIONS",
              "-Djdk.net.hosts.file=" + hosts,
              "IOTTLY_CONNECTION_ENDPOINT",
              "ws://platform.test:" + platform.port() + "/ws",
              "IOTTLY_SECURITY_ALLOW_PLAINTEXT",
              "true",
              "IOTTLY_CONNECTION_RECONNECT_MAX",
              "1"),
          "start");
      await().atMost(PATIENCE).until(() -> platform.received > 0);
      assertThat(elsewhere.connections).isEmpty();

      Files.writeString(hosts, "127.0.0.2 platform.test\n");
      platform.close();
      await().atMost(SOON).until(() -> !elsewhere.connections.isEmpty());
    }
  }
}
