package com.iottly.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.iottly.agent.control.ControlClient;
import com.iottly.wire.Frame;
import com.iottly.wire.Payload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A changed configuration on a live connection (seed, Applying configuration changes). */
class ReloadTest extends AgentProcesses {

  private Process agent;
  private String original;

  @BeforeEach
  void start() throws Exception {
    original = Files.readString(config);
    agent = launch(Map.of(), "start");
    await().atMost(PATIENCE).until(() -> platform.received > 0);
  }

  /** As editors do it: a new file takes the old one's name. */
  private void replace(String text) throws IOException {
    Path fresh = directory.resolve("agent.conf.swp");
    Files.writeString(fresh, text);
    Files.move(fresh, config, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private void hangUp() throws Exception {
    Process kill = new ProcessBuilder("kill", "-HUP", Long.toString(agent.pid())).start();
    assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(kill.exitValue()).isZero();
  }

  private Map<String, ?> status() {
    return ControlClient.ask(directory.resolve("run/control"), Map.of("do", "status"));
  }

  private void send(int number) {
    Map<String, ?> answer =
        ControlClient.ask(
            directory.resolve("run/control"),
            Map.of("do", "send", "payload", Payload.of("{\"n\":" + number + "}")));
    assertThat(answer.get("stored")).isNotNull();
  }

  private String log(String file) throws IOException {
    Path path = directory.resolve(file);
    return Files.exists(path) ? Files.readString(path) : "";
  }

  private void awaitLog(String file, String text) {
    await().atMost(PATIENCE).until(() -> log(file).contains(text));
  }

  @Test
  void noFrameIsLostAndTheConnectionStays() throws Exception {
    String changed =
        original.replace("[telemetry]", "heartbeat_interval = 1\n[telemetry]\ninterval = 1");
    for (int n = 1; n <= 300; n++) {
      send(n);
      if (n == 100) {
        replace(changed);
        hangUp();
      } else if (n == 200) {
        replace(changed.replace("[agent]", "[agent]\nlog_level = debug"));
        hangUp();
      }
    }
    List<String> sent = IntStream.rangeClosed(1, 300).mapToObj(n -> "{\"n\":" + n + "}").toList();
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(platform.payloads().stream().filter(p -> p.startsWith("{\"n\":")))
                .containsExactlyElementsOf(sent));
    awaitLog("agent.log", "configuration read again: [agent] log_level");
    await().atMost(PATIENCE).until(() -> platform.last().all(Frame.Ping.class).size() >= 3);
    await()
        .atMost(PATIENCE)
        .until(() ->
            platform.payloads().stream().filter(p -> p.contains("\"telemetry\"")).count() > 2);
    assertThat(platform.connections).hasSize(1);
    assertThat(log("agent.log")).contains("[connection] heartbeat_interval, [telemetry] interval");
  }

  @Test
  void aReplacedFileIsNoticedByItself() throws Exception {
    replace(original.replace("agent.log", "other.log"));
    awaitLog("other.log", "configuration read again: [agent] log_file");
    assertThat(platform.connections).hasSize(1);
  }

  @Test
  void aFileThatIsWrittenInStepsIsWaitedFor() throws Exception {
    Files.writeString(config, "");
    Files.delete(config);
    Files.writeString(config, original.substring(0, original.length() / 2));
    Files.writeString(config, original.replace("[agent]", "[agent]\nlog_level = debug"));
    awaitLog("agent.log", "configuration read again: [agent] log_level");
    assertThat(log("agent.log")).doesNotContain("can't be used", "only a restart");
  }

  @Test
  void ofManyEditsInARowTheLastOneCounts() throws Exception {
    for (int n = 2; n <= 60; n++) {
      Files.writeString(config, original.replace("interval = 1", "interval = " + n));
    }
    replace(original.replace("interval = 1", "interval = 61\nreconnect_max = 61"));
    awaitLog("agent.log", "[connection] reconnect_interval, [connection] reconnect_max");
    assertThat(log("agent.log")).doesNotContain("can't be used");
    assertThat(platform.connections).hasSize(1);
  }

  @Test
  void aFileThatIsGoneChangesNothingUntilItIsBack() throws Exception {
    Files.delete(config);
    hangUp();
    await()
        .atMost(PATIENCE)
        .until(() -> String.valueOf(status().get("config_problem")).contains("does not exist"));
    assertThat(status().get("connected")).isEqualTo(true);
    Files.writeString(config, original.replace("[agent]", "[agent]\nlog_level = debug"));
    awaitLog("agent.log", "configuration read again: [agent] log_level");
    await().atMost(PATIENCE).until(() -> !status().containsKey("config_problem"));
    assertThat(platform.connections).hasSize(1);
  }

  @Test
  void aHangUpOpensTheLogFileAnew() throws Exception {
    Files.move(directory.resolve("agent.log"), directory.resolve("agent.log.rotated"));
    Files.createFile(directory.resolve("agent.log"));
    hangUp();
    awaitLog("agent.log", "configuration read again: nothing to change");
  }

  @Test
  void aNewTokenOrEndpointWaitsForARestart() throws Exception {
    replace(
        original.replace("the.device.token", "another.device.token").replace("/ws", "/elsewhere"));
    hangUp();
    await()
        .atMost(PATIENCE)
        .until(() ->
            List.of("[agent] token", "[connection] endpoint")
                .equals(status().get("restart_needed_for")));
    assertThat(status().get("endpoint")).isEqualTo(platform.endpoint().toString());
    assertThat(log("agent.log"))
        .contains("only a restart applies it: [agent] token, [connection] endpoint")
        .doesNotContain("device.token");
    assertThat(platform.connections).hasSize(1);
    replace(original);
    hangUp();
    await().atMost(PATIENCE).until(() -> !status().containsKey("restart_needed_for"));
  }

  @Test
  void aFileThatCantBeUsedChangesNothing() throws Exception {
    replace(original.replace("interval = 1", "interval = soon"));
    hangUp();
    awaitLog("agent.log", "reconnect_interval is 'soon'");
    assertThat(String.valueOf(status().get("config_problem"))).contains("'soon'");
    replace(original + "[security]\nca_bundle = " + directory.resolve("none.pem") + "\n");
    hangUp();
    awaitLog("agent.log", "none.pem");
    assertThat(status().get("connected")).isEqualTo(true);
    replace(original);
    hangUp();
    await().atMost(PATIENCE).until(() -> !status().containsKey("config_problem"));
    assertThat(platform.connections).hasSize(1);
  }
}
