package com.iottly.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.iottly.agent.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The commands as a person and a script use them. */
class CliTest extends AgentProcesses {

  private static final List<String> NOBODY_SPECIAL =
      List.of(
          "setpriv",
          "--bounding-set=-dac_override,-dac_read_search",
          "--inh-caps=-dac_override,-dac_read_search");

  private static final String SEED_TOKEN = "eyJhbGciOiJSUzI1NiJ9...";

  private Process connected() throws Exception {
    Process agent = launch(Map.of(), "start");
    await().atMost(PATIENCE).until(() -> platform.received > 0);
    return agent;
  }

  private Path shell(String name, String script) throws Exception {
    return Files.writeString(directory.resolve(name), script);
  }

  @Test
  void stopEndsTheAgentCleanlyAndWaitsForIt() throws Exception {
    Process agent = connected();
    Finished stop = run("stop");
    assertThat(stop.code()).as(stop.err()).isEqualTo(ExitCode.OK);
    assertThat(stop.out()).contains("stopped");
    assertThat(agent.isAlive()).isFalse();
    assertThat(agent.exitValue()).isZero();
    assertThat(Files.readString(directory.resolve("spool/last-run"))).contains("stopped");
    assertThat(run("stop").code()).isEqualTo(ExitCode.NOT_RUNNING);
  }

  @Test
  void linesOfStandardInputAreSentInTheirOrder() throws Exception {
    connected();
    String lines =
        String.join(
            "\n", IntStream.rangeClosed(1, 500).mapToObj(n -> "{\"n\":" + n + "}").toList());
    Finished sent = feed(List.of(), lines + "\n\n", "send", "--channel", "c");
    assertThat(sent.code()).as(sent.err()).isEqualTo(ExitCode.OK);
    assertThat(sent.out()).contains("stored 500 messages");
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(platform.payloads().stream().filter(p -> p.startsWith("{\"n\":")))
                .containsExactlyElementsOf(lines.lines().toList()));
  }

  @Test
  void aBadLineIsNamedAndWhatStandsBeforeItIsStored() throws Exception {
    connected();
    Finished sent = feed(List.of(), "{\"n\":1}\n\n[2]\n{\"n\":3}\n", "send", "-");
    assertThat(sent.code()).isEqualTo(ExitCode.REFUSED);
    assertThat(sent.err()).contains("line 3:", "1 messages before it are stored");
    await().atMost(PATIENCE).until(() -> platform.payloads().contains("{\"n\":1}"));
    assertThat(platform.payloads()).doesNotContain("{\"n\":3}");
    assertThat(run("send", "{}", "{}").code()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void statusIsAPageForPeopleAndAnObjectForScripts() throws Exception {
    connected();
    Files.writeString(
        config, Files.readString(config).replace("the.device.token", "other.device.token"));
    Process hangUp = new ProcessBuilder("kill", "-HUP", "" + pidOfAgent()).start();
    assertThat(hangUp.waitFor()).isZero();
    await()
        .atMost(PATIENCE)
        .until(() -> run("status").out().contains("changed, needs a restart: [agent] token"));
    Map<String, ?> json = status();
    assertThat(json.get("connected")).isEqualTo(true);
    assertThat(json.keySet().toString())
        .contains("version", "pid", "started", "endpoint", "since", "last_ack", "spool_waiting")
        .contains("spool_max_bytes", "dropped_telemetry", "dropped_messages", "clock_trusted")
        .contains("config_file", "restart_needed_for", "last_problem", "last_problem_at");
    assertThat(json.get("last_problem").toString()).contains("only a restart applies it");
  }

  @Test
  void anAgentWhoseFileWasSpoiledCanBeAskedAndStopped() throws Exception {
    connected();
    Files.writeString(config, Files.readString(config).replace("interval = 1", "interval = soon"));
    Process hangUp = new ProcessBuilder("kill", "-HUP", "" + pidOfAgent()).start();
    assertThat(hangUp.waitFor()).isZero();
    await()
        .atMost(PATIENCE)
        .until(() -> run("status").out().matches("(?s).*NOT taken over: .*'soon'.*"));
    assertThat(run("logs", "--level", "error").out()).contains("the running one stays");
    assertThat(run("stop").code()).isEqualTo(ExitCode.OK);
  }

  @Test
  void aFileThatIsMissingIsSaidInASentence() throws Exception {
    Finished done =
        run("provision", "--url", "https://h", "--project", "p", "--api-key-file", "/none/here");
    assertThat(done.code()).isEqualTo(ExitCode.FAILED);
    assertThat(done.err()).contains("iottly-agent: /none/here does not exist");
  }

  private Map<String, ?> status() throws Exception {
    return Json.read(run("status", "--json").out().getBytes(StandardCharsets.UTF_8));
  }

  private Object pidOfAgent() throws Exception {
    return status().get("pid");
  }

  @Test
  void versionIsALineOrAnObject() throws Exception {
    assertThat(run("version").out()).matches("iottly-agent \\S+\n");
    assertThat(Json.read(run("version", "--json").out().getBytes(StandardCharsets.UTF_8)))
        .containsKeys("version", "built", "java", "os", "arch");
  }

  @Test
  void logsShowsTheLastLinesAcrossRotationsAndByLevel() throws Exception {
    Path log = directory.resolve("agent.log");
    Files.writeString(directory.resolve("agent.log.1"), "t info [m] one\nt warn [m] two\n");
    Files.writeString(log, "t info [m] three\nt error [m] four\n");
    assertThat(run("logs", "-n", "3").out())
        .isEqualTo("t warn [m] two\nt info [m] three\nt error [m] four\n");
    assertThat(run("logs", "--level", "warn").out())
        .isEqualTo("t warn [m] two\nt error [m] four\n");
    Finished loud = run("logs", "--level", "loud");
    assertThat(loud.code()).isEqualTo(ExitCode.USAGE);
    assertThat(loud.err()).contains("--level is 'loud'; allowed: debug, info, warn, error");
  }

  @Test
  void logsFollowsTheFile() throws Exception {
    Path log = Files.writeString(directory.resolve("agent.log"), "t info [m] one\n");
    Process follow = launch(Map.of(), "logs", "-f");
    try (var out = follow.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.readLine()).isEqualTo("t info [m] one");
      Files.writeString(log, "t info [m] two\n", StandardOpenOption.APPEND);
      assertThat(out.readLine()).isEqualTo("t info [m] two");
    }
  }

  @Test
  void theDocumentedSampleIsCheckedWithOneFindingAndNotStarted() throws Exception {
    Files.writeString(config, Files.readString(config).replace("the.device.token", SEED_TOKEN));
    Finished check = run("config", "check");
    assertThat(check.code()).isEqualTo(ExitCode.OK);
    assertThat(check.out()).contains("can be used, with 1 finding");
    assertThat(check.err().lines())
        .singleElement()
        .asString()
        .contains("placeholder of the documentation", "iottly-agent provision");
    Finished start = run("start");
    assertThat(start.code()).isEqualTo(ExitCode.CONFIG);
    assertThat(start.err()).contains("placeholder of the documentation");
  }

  @Test
  void checkFindsWhatTheStartWould() throws Exception {
    Files.writeString(
        config, Files.readString(config) + "[security]\nca_bundle = " + directory + "/none.pem\n");
    assertThat(run("config", "check").code()).isEqualTo(ExitCode.CONFIG);
    assertThat(run("start").code()).isEqualTo(ExitCode.CONFIG);
  }

  @Test
  void aStartThatIsRefusedSaysWhatIsOddToo() throws Exception {
    Files.writeString(config, Files.readString(config).replace("token =", "tokne ="));
    Finished start = run("start");
    assertThat(start.code()).isEqualTo(ExitCode.CONFIG);
    assertThat(start.err()).contains("did you mean [agent] token?", "[agent] token is empty");
  }

  @Test
  void aFileThatIsMissingUnreadableOrADirectoryIsSaidInWords() throws Exception {
    assertThat(run("start", "--config", directory.toString()).err()).contains("is a directory");
    Finished missing = run("config", "check", "--config", directory.resolve("none").toString());
    assertThat(missing.code()).isEqualTo(ExitCode.CONFIG);
    assertThat(missing.err()).contains("does not exist", "--config");
    Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("---------"));
    boolean root = "root".equals(System.getProperty("user.name"));
    Finished unreadable = feed(root ? NOBODY_SPECIAL : List.of(), "", "config", "show");
    assertThat(unreadable.code()).isEqualTo(ExitCode.CONFIG);
    assertThat(unreadable.err()).contains("can't be read by the user", "as the owner of the file");
  }

  @Test
  void showSaysWhereEachValueComesFrom() throws Exception {
    Finished show = run(Map.of("IOTTLY_TELEMETRY_BUFFER_SIZE", "7"), "config", "show", "--json");
    Map<String, ?> shown = Json.read(show.out().getBytes(StandardCharsets.UTF_8));
    assertThat(shown.get("telemetry.buffer_size"))
        .isEqualTo(Map.of("value", "7", "origin", "environment IOTTLY_TELEMETRY_BUFFER_SIZE"));
    assertThat(show.out()).doesNotContain("the.device.token");
  }

  @Test
  void bashCompletesCommandsAndOptions() throws Exception {
    String completion = run("completion", "bash").out();
    Path script =
        shell(
            "complete.bash",
            completion
                + """

                COMP_WORDS=(iottly-agent st) COMP_CWORD=1
                _complete_iottly-agent iottly-agent st iottly-agent; echo "${COMPREPLY[@]}"
                COMP_WORDS=(iottly-agent provision --pa) COMP_CWORD=2
                _complete_iottly-agent iottly-agent --pa provision; echo "${COMPREPLY[@]}"
                """);
    assertThat(output("bash", script.toString()))
        .contains("start")
        .contains("status")
        .contains("stop")
        .contains("--pair-code");
  }

  @Test
  void zshAndFishTakeTheirScripts() throws Exception {
    Path zsh = shell("complete.zsh", run("completion", "zsh").out());
    assertThat(
            output(
                "zsh",
                "-fc",
                "autoload -Uz compinit && compinit -D && source "
                    + zsh
                    + " && whence -w _complete_iottly-agent"))
        .contains("_complete_iottly-agent: function");
    Path fish = shell("complete.fish", run("completion", "fish").out());
    assertThat(
            output(
                "fish",
                "--no-config",
                "-c",
                "source "
                    + fish
                    + "; complete -C 'iottly-agent st'; complete -C 'iottly-agent provision --pa';"
                    + " complete -C 'iottly-agent config '"))
        .contains("start\t", "status\t", "stop\t", "--pair-code\t", "check\t", "show\t");
    assertThat(run("completion", "csh").code()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void theManualPageIsOneForMan() throws Exception {
    Path page = shell("iottly-agent.8", run("man").out());
    assertThat(output("groff", "-man", "-ww", "-z", page.toString())).isEmpty();
    String text = output("groff", "-man", "-Tascii", "-P-cbou", page.toString());
    assertThat(text)
        .contains("NAME", "iottly-agent - connects this machine", "provision", "--pair-code CODE")
        .contains("IOTTLY_CONNECTION_ENDPOINT", "EXIT STATUS", "/etc/iottly/agent.conf");
  }

  private String output(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(out).isZero();
    return out;
  }

  @Test
  void everyCommandTeachesWithExamples() throws Exception {
    for (var command : Main.commandLine().getSubcommands().values()) {
      assertThat(command.getUsageMessage())
          .as(command.getCommandName())
          .contains("Usage: iottly-agent " + command.getCommandName())
          .containsPattern("Examples?:")
          .contains("  iottly-agent " + command.getCommandName());
    }
  }

  @Test
  void theManualNamesEveryCommandAndOption() throws Exception {
    String manual = Files.readString(Path.of("../docs/agent.md"));
    for (var command : Main.commandLine().getSubcommands().values()) {
      assertThat(manual).contains("| `iottly-agent " + command.getCommandName());
      for (var option : command.getCommandSpec().options()) {
        if (option.hidden()) {
          continue;
        }
        assertThat(manual)
            .as(command.getCommandName() + " " + option.longestName())
            .containsPattern(
                "[` ]" + option.shortestName() + "[` ]|[` ]" + option.longestName() + "[` ]");
      }
    }
  }

  @Test
  void theManualNamesEveryMemberOfStatus() throws Exception {
    connected();
    String manual = Files.readString(Path.of("../docs/agent.md"));
    status().keySet().forEach(member -> assertThat(manual).contains("`" + member + "`"));
  }
}
