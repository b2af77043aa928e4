package com.iottly.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.iottly.agent.machine.Machine;
import com.iottly.wire.Frame;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a machine becomes a device, and stays the only one. */
class ProvisionTest extends AgentProcesses {

  private static final String OTHER_PROJECT = "bbbbbbbbbbbbbbbbbbbbbbbb";
  private static final String OTHER_DEVICE = "22222222-2222-4222-8222-222222222222";

  /** Types each answer once its question has appeared, as a person at a terminal does. */
  private static final String TERMINAL =
      """
      import os, pty, sys
      dialog = sys.stdin.read().split("\\n")
      pid, terminal = pty.fork()
      if pid == 0:
          os.execvp(sys.argv[1], sys.argv[1:])
      seen = b""
      def read():
          global seen
          try:
              seen += os.read(terminal, 4096)
              return True
          except OSError:
              return False
      start = 0
      for question, answer in zip(dialog[::2], dialog[1::2]):
          while question.encode() not in seen[start:]:
              if not read():
                  break
          start = len(seen)
          os.write(terminal, answer.encode() + b"\\n")
      while read():
          pass
      sys.stdout.write(seen.decode())
      sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
      """;

  private TestRegistry registry;

  @BeforeEach
  void openRegistry() throws Exception {
    registry = new TestRegistry(0, platform.endpoint().toString());
  }

  @AfterEach
  void closeRegistry() throws Exception {
    registry.close();
  }

  private String bound() {
    Machine machine = Machine.current();
    return machine.macAddress() + " " + machine.machineId();
  }

  private void rewrite(String what, String by) throws Exception {
    Files.writeString(config, Files.readString(config).replace(what, by));
  }

  private Path settings(int port, String more) throws Exception {
    return Files.writeString(
        directory.resolve("registersettings.json"),
        """
        {"REGISTRATION_HOST":"127.0.0.1:%d","REGISTRATION_PROTOCOL":"http","PROJECT_ID":"%s",
         "API_KEY":"good-key"%s}
        """
            .formatted(port, TestRegistry.PROJECT, more));
  }

  private void awaitConnected() {
    await().atMost(PATIENCE).until(() -> !platform.connections.isEmpty() && platform.received > 0);
  }

  @Test
  void anUnencryptedPlatformElsewhereWantsAWordAndIsWrittenDown() throws Exception {
    Map<String, String> byProxy = Map.of("HTTP_PROXY", registry.url(), "NO_PROXY", "");
    String[] there = {
      "provision", "--no-input", "--url", "http://platform.example", "--pair-code", "good-code"
    };
    Finished refused = run(byProxy, there);
    assertThat(refused.code()).isEqualTo(ExitCode.USAGE);
    assertThat(refused.err()).contains("is not encrypted", "--allow-plaintext");
    assertThat(registry.requests).isEmpty();

    String[] allowed = Arrays.copyOf(there, there.length + 1);
    allowed[there.length] = "--allow-plaintext";
    Finished done = run(byProxy, allowed);
    assertThat(done.code()).as(done.err()).isEqualTo(ExitCode.OK);
    assertThat(done.err())
        .contains("[security] allow_plaintext = true is in " + config, "can read the token");
    assertThat(Files.readString(config)).contains("\nallow_plaintext = true\n");
  }

  @Test
  void withoutTlsATerminalIsAskedForAYes() throws Exception {
    String question = "Allow that for this device?";
    List<String> terminal =
        List.of("env", "HTTP_PROXY=" + registry.url(), "NO_PROXY=", "python3", "-c", TERMINAL);
    String[] there = {"provision", "--url", "http://platform.example", "--pair-code", "good-code"};
    assertThat(feed(terminal, question + "\nno", there).code()).isEqualTo(ExitCode.USAGE);
    Finished done = feed(terminal, question + "\nyes", there);
    assertThat(done.code()).as(done.out()).isEqualTo(ExitCode.OK);
    assertThat(Files.readString(config)).contains("\nallow_plaintext = true\n");
  }

  @Test
  void atATerminalItAsksForWhatIsMissingAndHidesTheKey() throws Exception {
    Finished done =
        feed(
            List.of("python3", "-c", TERMINAL),
            String.join(
                "\n",
                "Address of the platform",
                registry.url(),
                "Pair code",
                "",
                "Project ID",
                TestRegistry.PROJECT,
                "API key (not shown)",
                "good-key",
                "Name of this device",
                "pump"),
            "provision");
    assertThat(done.code()).as(done.out()).isEqualTo(ExitCode.OK);
    assertThat(done.out())
        .contains("This machine is now the device pump")
        .doesNotContain("good-key");
    assertThat(registry.requests.getFirst())
        .contains("bearer good-key", TestRegistry.PROJECT, "\"name\":\"pump\"");
    assertThat(Files.readString(config)).contains("machine = " + bound());
  }

  @Test
  void aPairCodeTypedAtATerminalIsEnough() throws Exception {
    Finished done =
        feed(
            List.of("python3", "-c", TERMINAL),
            "Pair code\ngood-code",
            "provision",
            "--url",
            registry.url());
    assertThat(done.code()).as(done.out()).isEqualTo(ExitCode.OK);
    assertThat(registry.requests.getFirst()).contains("\"pair_code\":\"good-code\"");
  }

  @Test
  void withoutATerminalOrWithNoInputNothingIsAsked() throws Exception {
    Finished unsaid = run("provision");
    assertThat(unsaid.code()).isEqualTo(ExitCode.USAGE);
    assertThat(unsaid.err()).contains("give --url");
    Finished silent = feed(List.of("python3", "-c", TERMINAL), "", "provision", "--no-input");
    assertThat(silent.code()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void aSettingsFileProvisionsWithoutQuestionsAndStays() throws Exception {
    Path hook =
        Files.writeString(
            directory.resolve("name.py"), "def get_device_name():\n  return 'from-python'\n");
    Path file = settings(registry.port(), ",\"DEVICE_NAME_HOOK\":\"" + hook + "\"");
    Finished done = run("provision", "--settings", file.toString(), "--license", "abc");
    assertThat(done.code()).as(done.err()).isEqualTo(ExitCode.OK);
    assertThat(done.err()).contains("holds an API key and is open to every user");
    assertThat(registry.requests.getFirst())
        .contains("\"name\":\"from-python\"", "\"license\":\"abc\"");
    assertThat(file).exists();
  }

  @Test
  void aMachineWithoutATokenRegistersItselfOnceTheNetworkIsThere() throws Exception {
    int port = registry.port();
    registry.close();
    Path file = settings(port, ",\"DEVICE_NAME\":\"from-file\"");
    rewrite("token = the.device.token", "");
    rewrite("reconnect_interval = 1", "reconnect_interval = 1\nreconnect_max = 1");
    Process agent = launch(Map.of(), "start");
    await()
        .atMost(PATIENCE)
        .until(() -> {
          Finished status = run("status");
          return status.out().contains("registering: ")
              && status.out().contains("can't be reached");
        });

    registry = new TestRegistry(port, platform.endpoint().toString());
    awaitConnected();
    assertThat(registry.requests.getLast()).contains("bearer good-key", "\"name\":\"from-file\"");
    assertThat(platform.tokens.getLast())
        .isEqualTo("Bearer " + TestRegistry.token(TestRegistry.DEVICE, TestRegistry.PROJECT));
    assertThat(file).doesNotExist();
    assertThat(Files.readString(config))
        .doesNotContain("good-key")
        .contains("machine = " + bound());
    assertThat(Files.readString(directory.resolve("agent.log"))).doesNotContain("good-key");
    assertThat(run("stop").code()).isEqualTo(ExitCode.OK);
    assertThat(agent.waitFor()).isZero();
  }

  @Test
  void aRefusedSelfRegistrationIsTriedAgainAndCanBeStopped() throws Exception {
    Path file = settings(registry.port(), "");
    rewrite("token = the.device.token", "");
    registry.refusals.addAll(List.of(403, 403, 403, 403));
    Process agent = launch(Map.of(), "start");
    await()
        .atMost(PATIENCE)
        .until(() -> run("status").out().contains("this key may not add devices"));
    Finished stop = run("stop");
    assertThat(stop.out()).contains("stopped");
    assertThat(agent.waitFor()).isZero();
    assertThat(file).exists();
  }

  @Test
  void anotherMachinesTokenIsNotUsed() throws Exception {
    rewrite("[agent]", "[agent]\nmachine = 02:00:00:00:00:99 " + Machine.current().machineId());
    Finished start = run("start");
    assertThat(start.code()).isEqualTo(ExitCode.CONFIG);
    assertThat(start.err())
        .contains("given to another machine", "not 02:00:00:00:00:99", "iottly-agent provision");
    assertThat(platform.connections).isEmpty();

    Finished check = run("config", "check");
    assertThat(check.err()).contains("given to another machine");
  }

  @Test
  void aCopiedDiskRegistersAsADeviceOfItsOwnWhenItKnowsHow() throws Exception {
    settings(registry.port(), "");
    rewrite("[agent]", "[agent]\nmachine = - 0123456789abcdef0123456789abcdef");
    launch(Map.of(), "start");
    awaitConnected();
    assertThat(platform.tokens.getLast()).doesNotContain("the.device.token");
    assertThat(Files.readString(directory.resolve("agent.log")))
        .contains("given to another machine", "not 0123456789abcdef0123456789abcdef");
  }

  @Test
  void whatACrashLeftOfTheSettingsFileIsRemovedAndAnotherProjectsFileIsNot() throws Exception {
    rewrite("the.device.token", TestRegistry.token(TestRegistry.DEVICE, OTHER_PROJECT));
    Path file = settings(registry.port(), "");
    Process agent = launch(Map.of(), "start");
    awaitConnected();
    assertThat(file).exists();
    assertThat(Files.readString(directory.resolve("agent.log"))).contains("names another project");
    agent.destroy();
    assertThat(agent.waitFor()).isZero();

    rewrite(
        TestRegistry.token(TestRegistry.DEVICE, OTHER_PROJECT),
        TestRegistry.token(TestRegistry.DEVICE, TestRegistry.PROJECT));
    launch(Map.of(), "start");
    await().atMost(PATIENCE).until(() -> !Files.exists(file));
    assertThat(registry.requests).isEmpty();
  }

  @Test
  void aSettingsFileThatCantBeUsedNamesTheMember() throws Exception {
    rewrite("token = the.device.token", "");
    Files.writeString(
        directory.resolve("registersettings.json"),
        "{\"REGISTRATION_HOST\":\"h\",\"PROJECT_ID\":\"p\",\"API_KEY\":\"k\",\"PROTOCOL\":\"http\"}");
    Finished start = run("start");
    assertThat(start.code()).isEqualTo(ExitCode.CONFIG);
    assertThat(start.err())
        .contains("registersettings.json: PROTOCOL is unknown", "REGISTRATION_PROTOCOL");
  }

  @Test
  void messagesOfTheDeviceItWasAreNotSentAsThoseOfTheDeviceItIs() throws Exception {
    rewrite("the.device.token", TestRegistry.token(OTHER_DEVICE, OTHER_PROJECT));
    platform.acknowledge = false;
    Process before = launch(Map.of(), "start");
    await().atMost(PATIENCE).until(() -> !platform.connections.isEmpty());
    assertThat(run("send", "{\"of\":\"the old device\"}").code()).isEqualTo(ExitCode.OK);
    before.destroyForcibly().waitFor();
    platform.acknowledge = true;

    Finished moved =
        run(
            Map.of("IOTTLY_API_KEY", "good-key"),
            "provision",
            "--url",
            registry.url(),
            "--project",
            TestRegistry.PROJECT);
    assertThat(moved.out())
        .contains("It was the device " + OTHER_DEVICE + " of project " + OTHER_PROJECT);
    int connections = platform.connections.size();
    Process after = launch(Map.of(), "start");
    await().atMost(PATIENCE).until(() -> platform.received > 0);
    assertThat(platform.connections).hasSizeGreaterThan(connections);
    assertThat(run("send", "{\"of\":\"the new device\"}").code()).isEqualTo(ExitCode.OK);
    await()
        .atMost(PATIENCE)
        .until(() -> platform.payloads().contains("{\"of\":\"the new device\"}"));
    assertThat(ofTheOldDeviceSince(connections)).isZero();
    assertThat(run("stop").code()).isEqualTo(ExitCode.OK);
    assertThat(after.waitFor()).isZero();

    rewrite(
        TestRegistry.token(TestRegistry.DEVICE, TestRegistry.PROJECT),
        TestRegistry.token(OTHER_DEVICE, OTHER_PROJECT));
    launch(Map.of(), "start");
    await().atMost(PATIENCE).until(() -> ofTheOldDeviceSince(connections) == 1);
  }

  private long ofTheOldDeviceSince(int connections) {
    return platform.connections.stream()
        .skip(connections)
        .flatMap(connected -> connected.all(Frame.Batch.class).stream())
        .flatMap(batch -> batch.messages().stream())
        .filter(message -> message.payload().toString().contains("the old device"))
        .count();
  }
}
