package com.iottly.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code ./iottly demo}, and the README's tour through it. */
class DemoTest {

  private static final Pattern TOUR =
      Pattern.compile("^```sh tour\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
  private static final int INTERRUPTED = 130;

  @TempDir Path folder;
  private final int port = Stage.freePort();
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
  void theDemoRunsTheTourWorksAndCtrlCStopsIt() throws Exception {
    Child demo = startDemo("first.log");
    Map<String, String> facts = facts();
    String device = facts.get("IOTTLY_DEVICE_ID");
    assertThat(demo.said()).contains(facts.values());
    assertThat(facts).containsEntry("IOTTLY_URL", "http://127.0.0.1:" + port);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(demoEnv())))
        .isEqualTo("rw-------");
    Api api =
        new Api(
            facts.get("IOTTLY_URL"), facts.get("IOTTLY_PROJECT_ID"), facts.get("IOTTLY_API_KEY"));
    assertThat(api.isConnected(device)).isTrue();
    await().atMost(Platform.PATIENCE).until(() -> hasTelemetry(api, device));
    for (String step : tour("README.md")) {
      follow(step);
    }
    for (String step : tour("docs/cli.md")) {
      assertThat(bash("cd " + Launcher.ROOT + "\n" + step).out()).as(step).isNotBlank();
    }
    List<JsonNode> messages = api.history(device, "all");
    interrupt(demo);

    Child again = startDemo("second.log");
    assertThat(facts()).isEqualTo(facts);
    assertThat(api.isConnected(device)).isTrue();
    assertThat(api.history(device, "all")).startsWith(messages.toArray(JsonNode[]::new));
    interrupt(again);
  }

  private Child startDemo(String log) {
    // What runs in a script's background passes on that it ignores Ctrl-C; a terminal does not.
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT", "setsid"));
    command.addAll(Launcher.command("demo", "--port", "" + port, "--data", data().toString()));
    Child demo = stage.add(Child.start(folder.resolve(log), Map.of(), command));
    await()
        .atMost(Platform.PATIENCE)
        .failFast(demo::requireAlive)
        .until(() -> demo.said().contains("Try it in another terminal"));
    return demo;
  }

  /** Ctrl-C reaches everything that runs in a terminal's foreground. */
  private static void interrupt(Child demo) {
    List<ProcessHandle> processes = demo.descendants();
    assertThat(processes).hasSizeGreaterThanOrEqualTo(2);
    demo.signalGroup("INT");
    assertThat(demo.awaitExit()).isEqualTo(INTERRUPTED);
    assertThat(processes).noneMatch(ProcessHandle::isAlive);
  }

  private Path data() {
    return folder.resolve("demo");
  }

  private Path demoEnv() {
    return data().resolve("demo.env");
  }

  /** What a shell knows after {@code source demo.env}. */
  private Map<String, String> facts() {
    var facts = new TreeMap<String, String>();
    bash("env")
        .out()
        .lines()
        .filter(line -> line.startsWith("IOTTLY_"))
        .forEach(line -> {
          int equals = line.indexOf('=');
          facts.put(line.substring(0, equals), line.substring(equals + 1));
        });
    facts.remove("IOTTLY_SKIP_BUILD");
    return facts;
  }

  private Child.Finished bash(String script) {
    String whole = "set -euo pipefail; source " + demoEnv() + "\n" + script;
    return Child.run(Map.of(), List.of("bash", "-c", whole)).succeeded();
  }

  private static boolean hasTelemetry(Api api, String device) {
    return api.history(device, "iottlyagent").stream().anyMatch(p -> p.has("telemetry"));
  }

  private static List<String> tour(String page) throws Exception {
    Matcher blocks = TOUR.matcher(Files.readString(Launcher.ROOT.resolve(page)));
    List<String> tour = blocks.results().map(block -> block.group(1)).toList();
    assertThat(tour).hasSizeGreaterThanOrEqualTo(3);
    return tour;
  }

  private void follow(String step) throws Exception {
    JsonNode answer = Api.JSON.readTree(bash(step).out());
    assertThat(answer.isObject()).as(step).isTrue();
    assertThat(answer.has("error")).as("%s answered %s", step, answer).isFalse();
    if (answer.has("state")) {
      assertThat(answer.path("state").asText()).isEqualTo("succeeded");
    }
    if (answer.has("messages")) {
      assertThat(answer.path("messages")).as(step).isNotEmpty();
    }
  }

  @Test
  void aPortInUseIsOneClearSentence() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String number = "" + taken.getLocalPort();
      Child.Finished refused =
          Child.run(
              Map.of(), Launcher.command("demo", "--port", number, "--data", data().toString()));
      assertThat(refused.code()).isEqualTo(1);
      assertThat(refused.err())
          .isEqualTo(
              "iottly: port "
                  + number
                  + " is in use; stop what listens there, or choose another one with --port.\n");
      assertThat(data()).doesNotExist();

      Path config = folder.resolve("server.toml");
      Files.writeString(
          config,
          "[server]\ndata = \"%s\"\nhost = \"127.0.0.1\"\nport = %s\n"
              .formatted(folder.resolve("data"), number));
      Child.Finished server =
          Child.run(Map.of(), Launcher.command("server", "--config", config.toString()));
      assertThat(server.code()).isEqualTo(1);
      assertThat(server.err())
          .contains("\niottly: could not start: can't listen on 127.0.0.1:" + number)
          .contains("Address already in use");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo --port",
        "demo --port eighty",
        "demo --port 70000",
        "demo --data",
        "demo --nonsense",
        "soak --minutes ten",
        "soak --nonsense",
        "build --nonsense",
        "server --nonsense",
        "agent --nonsense",
        "admin --nonsense",
        "cli --nonsense",
        "bench --nonsense",
        "nonsense"
      })
  void aWrongCommandLineIsRefusedWithASentence(String call) {
    Child.Finished refused = Child.run(Map.of(), Launcher.command(call.split(" ")));
    assertThat(refused.code()).as(refused.err()).isEqualTo(2);
    assertThat(refused.err().lines().findFirst().orElse(""))
        .doesNotContain("line ", "unbound", "Exception")
        .hasSizeGreaterThan(20);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "demo --help",
        "server --help",
        "agent --help",
        "agent provision --help",
        "agent start --help",
        "agent status --help",
        "agent send --help",
        "agent config --help",
        "agent version --help",
        "admin --help",
        "admin project --help",
        "admin key --help",
        "cli --help",
        "cli messages --help",
        "bench --help",
        "test --help",
        "soak --help",
        "build --help"
      })
  void everyHelpHelps(String call) {
    Child.Finished help = Child.run(Map.of(), Launcher.command(call.split(" "))).succeeded();
    assertThat(help.out()).containsAnyOf("iottly", "Usage");
  }
}
