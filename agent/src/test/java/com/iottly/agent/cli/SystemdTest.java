package com.iottly.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What systemd hears from the agent: a real datagram socket, in Python, stands in for it. */
class SystemdTest extends AgentProcesses {

  private static final String LISTENER =
      """
      import socket, sys
      name = sys.argv[1]
      s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
      s.bind("\\0" + name[1:] if name[0] == "@" else name)
      print("listening", flush=True)
      while True:
          print(s.recv(4096).decode().replace("\\n", " "), flush=True)
      """;

  private final List<Process> listeners = new ArrayList<>();

  @AfterEach
  void end() throws Exception {
    for (Process listener : listeners) {
      listener.destroyForcibly().waitFor();
    }
  }

  /** The file where the words appear. */
  private Path listen(String name) throws Exception {
    Path heard = directory.resolve("heard-" + listeners.size());
    listeners.add(
        new ProcessBuilder("python3", "-c", LISTENER, name)
            .redirectErrorStream(true)
            .redirectOutput(heard.toFile())
            .start());
    await().atMost(PATIENCE).until(() -> lines(heard).contains("listening"));
    return heard;
  }

  private static List<String> lines(Path heard) throws Exception {
    return Files.readAllLines(heard);
  }

  private static long count(Path heard, String word) throws Exception {
    return lines(heard).stream().filter(word::equals).count();
  }

  private static void signal(Process agent, String name) throws Exception {
    Process kill = new ProcessBuilder("kill", "-s", name, Long.toString(agent.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  @Test
  void itHearsReadyReloadingStoppingAndTheWatchdogsPings() throws Exception {
    String name = directory.resolve("notify").toString();
    Path heard = listen(name);
    Process agent = launch(Map.of("NOTIFY_SOCKET", name, "WATCHDOG_USEC", "3000000"), "start");
    await().atMost(PATIENCE).until(() -> lines(heard).contains("READY=1"));
    assertThat(run("status").code()).isEqualTo(ExitCode.OK);
    await().atMost(PATIENCE).until(() -> count(heard, "WATCHDOG=1") >= 3);

    signal(agent, "HUP");
    await().atMost(PATIENCE).until(() -> count(heard, "READY=1") == 2);
    List<String> words = lines(heard).stream().filter(word -> !word.equals("WATCHDOG=1")).toList();
    assertThat(words.get(2)).matches("RELOADING=1 MONOTONIC_USEC=[0-9]+");
    long reload = Long.parseLong(words.get(2).replaceAll("\\D+1 \\D+", ""));
    assertThat(reload * 1000).isLessThanOrEqualTo(System.nanoTime());

    agent.toHandle().destroy();
    assertThat(agent.waitFor(20, TimeUnit.SECONDS)).isTrue();
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(lines(heard)).last().isEqualTo("STOPPING=1"));
  }

  @Test
  void anAbstractSocketIsHeardToo() throws Exception {
    String name = "@iottly-" + UUID.randomUUID();
    Path heard = listen(name);
    launch(Map.of("NOTIFY_SOCKET", name), "start");
    await().atMost(PATIENCE).until(() -> lines(heard).contains("READY=1"));
    assertThat(lines(heard)).doesNotContain("WATCHDOG=1");
  }

  @Test
  void anAgentThatCantStartIsNeverReady() throws Exception {
    String name = directory.resolve("notify").toString();
    Path heard = listen(name);
    Files.createFile(directory.resolve("spool"));
    Finished start = run(Map.of("NOTIFY_SOCKET", name), "start");
    assertThat(start.code()).isEqualTo(ExitCode.FAILED);
    assertThat(lines(heard)).doesNotContain("READY=1");
  }

  @Test
  void aSocketThatIsNotThereIsNoReasonNotToRun() throws Exception {
    launch(Map.of("NOTIFY_SOCKET", directory.resolve("nobody").toString()), "start");
    await().atMost(PATIENCE).until(() -> run("status").code() == ExitCode.OK);
    await()
        .atMost(PATIENCE)
        .until(() ->
            Files.readString(directory.resolve("agent.log"))
                .contains("systemd did not take READY=1"));
  }
}
