package com.iottly.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.iottly.agent.control.ControlClient;
import com.iottly.wire.CloseCode;
import com.iottly.wire.Frame;
import com.iottly.wire.Payload;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The spool's disk is full or fails: what can go on goes on, and says what can't. */
class DiskTest extends AgentProcesses {

  private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

  @BeforeEach
  void sampleOften() throws Exception {
    Files.createDirectories(directory.resolve("spool"));
    String text = Files.readString(config);
    Files.writeString(config, text.replace("[telemetry]", "[telemetry]\ninterval = 1"));
  }

  /** Runs a script, and then the program, in a world where the spool is a real disk of 1 MiB. */
  private List<String> onSmallDisk(String script) {
    var wrapper = new ArrayList<>(List.of("unshare", "--mount"));
    if (!ROOT) {
      wrapper.add("--map-root-user");
    }
    String mounted = "mount -t tmpfs -o size=1m tmpfs '%s/spool'; %s".formatted(directory, script);
    wrapper.addAll(List.of("sh", "-c", mounted, "sh"));
    return wrapper;
  }

  /** Runs a command in the agent's world. */
  private int within(Process agent, String script) throws Exception {
    var command = new ArrayList<>(List.of("nsenter", "--mount", "--target", "" + agent.pid()));
    if (!ROOT) {
      command.addAll(List.of("--user", "--preserve-credentials"));
    }
    command.addAll(List.of("sh", "-c", "cd '" + directory + "'; " + script));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getInputStream().readAllBytes();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private Map<String, ?> ask(Map<String, ?> request) {
    return ControlClient.ask(directory.resolve("run/control"), request);
  }

  private Map<String, ?> send(int number) {
    String payload = "{\"n\":%d,\"x\":\"%s\"}".formatted(number, "x".repeat(2000));
    return ask(Map.of("do", "send", "payload", Payload.of(payload)));
  }

  private static List<Integer> numbersOf(List<String> payloads) {
    return payloads.stream()
        .filter(payload -> payload.startsWith("{\"n\":"))
        .map(payload -> Integer.valueOf(payload.replaceAll("^\\{\"n\":(\\d+),.*", "$1")))
        .toList();
  }

  private List<String> lastSession() {
    return platform.last().all(Frame.Batch.class).stream()
        .flatMap(batch -> batch.messages().stream())
        .map(message -> message.payload().toString())
        .toList();
  }

  private void awaitTelemetry(int count) {
    await()
        .atMost(PATIENCE)
        .until(() ->
            platform.payloads().stream().filter(p -> p.contains("\"telemetry\"")).count() >= count);
  }

  @Test
  void onAFullDiskTelemetryMakesRoomForMessagesUntilNoneIsLeft() throws Exception {
    platform.acknowledge = false;
    Process agent = launch(onSmallDisk("exec \"$@\""), Map.of(), "start");
    awaitTelemetry(4);
    assertThat(within(agent, "cat /dev/zero >spool/filler")).isNotZero();

    List<Integer> stored = new ArrayList<>();
    Map<String, ?> answer = Map.of();
    for (int n = 1; n <= 100 && !answer.containsKey("error"); n++) {
      answer = send(n);
      if (answer.containsKey("stored")) {
        stored.add(n);
      }
    }
    assertThat(stored).isNotEmpty();
    assertThat(String.valueOf(answer.get("error"))).contains("spool", "is full");
    Map<String, ?> status = ask(Map.of("do", "status"));
    assertThat(status.get("connected")).isEqualTo(true);
    assertThat((Integer) status.get("dropped_telemetry")).isPositive();
    assertThat(status.get("dropped_messages")).isEqualTo(0);

    assertThat(within(agent, "rm spool/filler")).isZero();
    assertThat(send(1000)).containsKey("stored");
    stored.add(1000);
    platform.last().close(CloseCode.GOING_AWAY, "all of it again");
    await().atMost(PATIENCE).until(() -> platform.connections.size() == 2);
    await().atMost(PATIENCE).until(() -> numbersOf(lastSession()).contains(1000));
    assertThat(numbersOf(lastSession())).isEqualTo(stored);
    assertThat(platform.last().all(Frame.Gap.class)).isNotEmpty();
  }

  @Test
  void anAgentStartsOnAFullDisk() throws Exception {
    launch(
        onSmallDisk("\"$@\"; cat /dev/zero >'" + directory + "/spool/filler'; exec \"$@\""),
        Map.of(),
        "start");
    awaitTelemetry(1);
    assertThat(run("stop").code()).isEqualTo(ExitCode.OK);
    await().atMost(PATIENCE).until(() -> platform.connections.size() >= 2);
    await().atMost(PATIENCE).until(() -> run("status").out().contains("connected to"));
    assertThat(Files.readString(directory.resolve("agent.log"))).contains("No space left");
  }

  @Test
  void aReadOnlyDiskIsRefusedAtTheStart() throws Exception {
    Finished start =
        feed(
            onSmallDisk("mount -o remount,ro '" + directory + "/spool'; exec \"$@\""), "", "start");
    assertThat(start.code()).isEqualTo(ExitCode.FAILED);
    assertThat(start.err()).contains("can't be used", "Read-only file system");
  }

  @Test
  void aDiskThatFailsIsTriedAgainWithEachMessage() throws Exception {
    Process agent = launch(Map.of(), "start");
    awaitTelemetry(1);
    limitFiles(agent, "1:unlimited");
    Map<String, ?> refused = send(1);
    assertThat(String.valueOf(refused.get("error"))).contains("File too large");
    assertThat(ask(Map.of("do", "status")).get("connected")).isEqualTo(true);
    limitFiles(agent, "unlimited");
    assertThat(send(2)).containsKey("stored");
    await().atMost(PATIENCE).until(() -> numbersOf(platform.payloads()).equals(List.of(2)));
    await()
        .atMost(PATIENCE)
        .until(() ->
            Files.readString(directory.resolve("agent.log")).contains("the spool can write again"));
  }

  /** Lets every write fail that makes a file longer. */
  private static void limitFiles(Process process, String limit) throws Exception {
    Process prlimit =
        new ProcessBuilder("prlimit", "--pid", "" + process.pid(), "--fsize=" + limit).start();
    assertThat(prlimit.waitFor()).isZero();
  }
}
