package com.iottly.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./iottly cli} as a process; its commands are tried in its own module and in the demo. */
class CliTest {

  private static final int NOT_SIGNED_IN = 4;
  private static final int TERMINATED = 143;

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
  void followingMissesAndRepeatsNothingWhenTheServerIsKilled() throws Exception {
    Platform platform = stage.platform();
    DeviceAgent agent = stage.agent(platform);
    say(platform, agent, 0, 300);
    Path log = folder.resolve("followed");
    Child follower =
        stage.add(
            Child.start(
                log,
                environment(platform),
                Launcher.command(
                    "cli",
                    "messages",
                    agent.device(),
                    "--follow",
                    "--json",
                    "--from",
                    "1h",
                    "--type",
                    "userdefined")));
    awaitNumber(follower, 299);
    say(platform, agent, 300, 600);
    platform.server().kill();
    await().atMost(Platform.PATIENCE).until(() -> follower.said().contains("Trying again"));
    platform.start();
    say(platform, agent, 600, 900);
    awaitNumber(follower, 899);
    follower.signal("TERM");
    assertThat(follower.awaitExit()).isEqualTo(TERMINATED);
    assertThat(numbers(follower))
        .containsExactlyElementsOf(
            platform.api().history(agent.device(), "userdefined").stream()
                .map(payload -> payload.path("n").asInt())
                .toList())
        .containsExactlyElementsOf(IntStream.range(0, 900).boxed().toList());
  }

  private static Map<String, String> environment(Platform platform) {
    Map<String, String> environment = new HashMap<>();
    environment.put("TERM", "xterm-256color");
    environment.put("IOTTLY_URL", platform.url());
    environment.put("IOTTLY_API_KEY", platform.key());
    environment.put("IOTTLY_PROJECT_ID", platform.project());
    return environment;
  }

  /** Returns when they are durable. */
  private static void say(Platform platform, DeviceAgent agent, int from, int to) throws Exception {
    try (ScriptedDevice device = ScriptedDevice.connect(platform, agent.token())) {
      device.sendBatch(1, IntStream.range(from, to).mapToObj(i -> "{\"n\":" + i + "}").toList());
      device.awaitAck(to - from);
    }
  }

  private static void awaitNumber(Child follower, int number) {
    await("message " + number)
        .atMost(Platform.PATIENCE)
        .failFast(follower::requireAlive)
        .until(() -> follower.said().contains("{\"n\":" + number + "}"));
  }

  private static List<Integer> numbers(Child follower) {
    return follower
        .said()
        .lines()
        .filter(line -> !line.startsWith("iottly cli: "))
        .map(CliTest::number)
        .toList();
  }

  private static int number(String line) {
    try {
      JsonNode message = Api.JSON.readTree(line);
      return message.path("payload").path("n").asInt();
    } catch (IOException e) {
      throw new AssertionError("no JSON object a line: " + line, e);
    }
  }

  @Test
  void followingEndsWhenNobodyReads() throws Exception {
    Platform platform = stage.platform();
    DeviceAgent agent = stage.agent(platform);
    agent.start();
    String pipeline =
        "%s cli messages %s --follow | head -n 3"
            .formatted(Launcher.command().getFirst(), agent.device());
    Child.Finished head =
        Child.run(environment(platform), List.of("bash", "-c", pipeline)).succeeded();
    assertThat(head.out().lines()).hasSize(3);
  }

  @Test
  void aKeyFromAPipeIsKeptAndAScriptSeesNoColours() throws Exception {
    Platform platform = stage.platform();
    Map<String, String> environment = new HashMap<>();
    environment.put("HOME", folder.toString());
    environment.put("TERM", "xterm-256color");
    List<String> list = Launcher.command("cli", "device", "list");
    Child.Finished stranger = Child.run(environment, list);
    assertThat(stranger.code()).isEqualTo(NOT_SIGNED_IN);
    assertThat(stranger.out()).isEmpty();

    DeviceAgent agent = stage.agent(platform);
    Map<String, String> withKey = new HashMap<>(environment);
    withKey.put("KEY", platform.key());
    String login =
        "printf '%%s' \"$KEY\" | %s cli login %s --project %s"
            .formatted(Launcher.command().getFirst(), platform.url(), platform.project());
    Child.Finished signedIn = Child.run(withKey, List.of("bash", "-c", login)).succeeded();
    assertThat(signedIn.out() + signedIn.err()).doesNotContain(platform.key());
    assertThat(folder.resolve(".config/iottly/profiles")).exists();

    Child.Finished listed = Child.run(environment, list).succeeded();
    assertThat(listed.out()).contains(agent.device()).doesNotContain("\u001b");
    assertThat(listed.err()).isEmpty();
  }
}
