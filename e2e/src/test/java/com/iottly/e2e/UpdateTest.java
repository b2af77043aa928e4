package com.iottly.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Self update on real files: installation, platform, agent and updater as processes. */
class UpdateTest {

  private static final String OLD = "0.1.0";
  private static final String NEW = "9.0.0";

  /** The calls that change which files there are, by what they do, and the agent's end. */
  private static final List<String> STEPS =
      List.of(
          "rename,renameat,renameat2",
          "symlink,symlinkat",
          "unlink,unlinkat",
          "rmdir",
          "mkdir,mkdirat",
          "kill");

  @TempDir static Path shared;
  @TempDir Path folder;
  private static Path packages;
  private static Stage platformStage;
  private static Platform platform;
  private Stage stage;
  private Path root;
  private Release release;
  private DeviceAgent agent;

  @BeforeAll
  static void openPlatform() throws Exception {
    packages = Files.createDirectories(shared.resolve("packages"));
    platformStage = Stage.in(shared);
    platform = platformStage.add(new Platform(shared, packages));
    platform.start();
    platform.createProject();
  }

  @AfterAll
  static void closePlatform() throws Exception {
    platformStage.close();
  }

  @BeforeEach
  void open() throws Exception {
    stage = Stage.in(folder);
    root = folder.resolve("opt");
    release = Release.signed();
    release.install(root, OLD);
    agent = stage.agent(platform);
    agent.useProgram(program().toString());
    stage.add(this::killAgent);
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private Path program() {
    return root.resolve("bin/iottly-agent");
  }

  /** Makes the new version's files; what is done to them is up to the test. */
  private Path files(String version) throws IOException {
    Path home = folder.resolve("build-" + version + "/iottly.com-agent");
    release.write(home, version);
    return home;
  }

  private void publish(Path home, String version) throws Exception {
    release.publish(packages, home.getParent(), version, OLD);
  }

  private Child.Finished update(String... more) {
    List<String> arguments = new ArrayList<>(List.of("update", "--proof-limit", "20"));
    arguments.addAll(List.of(more));
    return agent.run(arguments.toArray(String[]::new));
  }

  private Optional<JsonNode> status() {
    try {
      return Optional.of(agent.status());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private void awaitRunning(String version) {
    await("version " + version + " runs")
        .atMost(Platform.PATIENCE)
        .until(() -> status().stream().anyMatch(s -> s.path("version").asText().equals(version)));
  }

  private String current() throws IOException {
    return Files.readSymbolicLink(root.resolve("current")).getFileName().toString();
  }

  /** Whoever runs it; {@code kill -9}. */
  private void killAgent() {
    status()
        .flatMap(s -> ProcessHandle.of(s.path("pid").asLong()))
        .ifPresent(process -> {
          process.destroyForcibly();
          process.onExit().join();
        });
  }

  @Test
  void aSignedReleaseIsTriedAndKept() throws Exception {
    publish(files(NEW), NEW);
    agent.start();
    assertThat(update("--check").succeeded().out()).contains(NEW + " is offered, " + OLD);
    assertThat(current()).isEqualTo(OLD);

    assertThat(update().succeeded().out()).contains(NEW + " runs and works");

    awaitRunning(NEW);
    assertThat(current()).isEqualTo(NEW);
    assertThat(root.resolve("trial")).doesNotExist();
    assertThat(root.resolve("versions/" + OLD)).exists();
    assertThat(update().succeeded().out()).contains("is what is offered");
    assertThat(
            platform
                .api()
                .get("devices/props")
                .path("devices")
                .path(0)
                .path("agent_version")
                .asText())
        .isEqualTo(NEW);
  }

  @Test
  void aReleaseThatDoesNotConnectIsGoneBackFrom() throws Exception {
    Path home = files(NEW);
    Path script = home.resolve("bin/iottly-agent");
    Files.writeString(
        script,
        Files.readString(script)
            .replaceFirst("\n", "\n[ \"\\$1\" != start ] || exec sleep 1000\n"));
    publish(home, NEW);
    agent.start();

    Child.Finished update = agent.run("update", "--proof-limit", "2");

    assertThat(update.code()).isEqualTo(1);
    assertThat(update.err()).contains(NEW + " did not prove itself", OLD + " runs again");
    awaitRunning(OLD);
    assertThat(current()).isEqualTo(OLD);
    assertThat(root.resolve("next")).doesNotExist();
    assertThat(root.resolve("trial")).doesNotExist();
  }

  @Test
  void whatIsNotSignedOrNotForThisMachineIsRefusedAndChangesNothing() throws Exception {
    agent.start();
    Path home = files(NEW);
    Release.signed().publish(packages, home.getParent(), NEW, OLD);
    refused("signature is not by the key");

    publish(home, NEW);
    Path manifest = packages.resolve("manifest-" + Release.ARCH + ".json");
    Files.writeString(manifest, Files.readString(manifest).replace(NEW, "9.0.1"));
    refused("signature is not by the key");

    publish(home, NEW);
    Path file = packages.resolve("iottly-agent-" + NEW + "-" + Release.ARCH + ".tar.xz");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    refused("is not what was signed");

    release.publish(packages, home.getParent(), NEW, "5.0.0");
    refused("update to 5.0.0 first");

    release.publish(packages, home.getParent(), "9.9.9", OLD);
    refused("says it is 'iottly-agent " + NEW + "'");

    publish(files("0.0.9"), "0.0.9");
    refused("--allow-downgrade");

    for (Path left : List.of(manifest, packages.resolve(manifest.getFileName() + ".sig"))) {
      Files.delete(left);
    }
    refused("offers no release");
  }

  private void refused(String why) throws IOException {
    Child.Finished update = update();
    assertThat(update.code()).isEqualTo(5);
    assertThat(update.err()).contains(why).doesNotContain("Exception");
    assertThat(current()).isEqualTo(OLD);
    assertThat(root.resolve("next")).doesNotExist();
    assertThat(status().orElseThrow().path("version").asText()).isEqualTo(OLD);
  }

  @Test
  void anOlderReleaseIsInstalledWhenThatIsWanted() throws Exception {
    release.publish(packages, files("0.0.9").getParent(), "0.0.9", "0.0.1");
    agent.start();
    Path file = packages.resolve("iottly-agent-0.0.9-" + Release.ARCH + ".tar.xz");
    assertThat(update("--allow-downgrade", "--file", file.toString()).succeeded().out())
        .contains("0.0.9 runs and works");
    awaitRunning("0.0.9");
  }

  @Test
  void killedAtAnyStepItComesBackToAVersionThatWorks() throws Exception {
    publish(files(NEW), NEW);
    List<String> after = new ArrayList<>();
    for (String call : STEPS) {
      boolean killed = true;
      for (int step = 1; killed; step++) {
        reset();
        killed = updateKilledAt(call, step);
        // The power comes back, and once more.
        after.add(boot() + " then " + boot());
        assertThat(killed || after.getLast().equals(NEW + " then " + NEW)).isTrue();
      }
    }
    System.out.println("after each kill: " + after);
    assertThat(after).contains(OLD + " then " + OLD, NEW + " then " + OLD, NEW + " then " + NEW);
    assertThat(after).hasSizeGreaterThan(12);
  }

  /** Whether the updater got that far and was killed there; what it starts is left alone. */
  private boolean updateKilledAt(String call, int step) {
    Path home = root.resolve("versions").resolve(OLD);
    List<String> command =
        List.of(
            "strace",
            "-f",
            "--detach-on=execve",
            "-qq",
            "-o",
            folder.resolve("trace").toString(),
            "-e",
            "trace=" + call,
            "-e",
            "inject=" + call + ":signal=SIGKILL:when=" + step,
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "@" + home.resolve("bin/jvm-flags"),
            "-Diottly.home=" + home,
            "-jar",
            home.resolve("lib/agent-x.jar").toString(),
            "update");
    Child.Finished update = Child.run(agent.environment(), command);
    assertThat(update.code()).as(update.err()).isIn(0, 137);
    return update.code() == 137;
  }

  /** What a start of the machine runs: asks that version who it is. */
  private String boot() {
    agent.run("choose-version").succeeded();
    Path trial = root.resolve("trial");
    Path chosen = Files.exists(trial, LinkOption.NOFOLLOW_LINKS) ? trial : root.resolve("current");
    String said =
        Child.run(
                agent.environment(),
                List.of(chosen.resolve("bin/iottly-agent").toString(), "version"))
            .succeeded()
            .out();
    return said.strip().replace("iottly-agent ", "");
  }

  /** The old version is installed and runs, and there is no trace of the new one. */
  private void reset() throws Exception {
    for (String link : List.of("next", "trial", "current")) {
      Files.deleteIfExists(root.resolve(link));
    }
    Files.createSymbolicLink(root.resolve("current"), Path.of("versions", OLD));
    Child.run(Map.of(), List.of("rm", "-rf", root.resolve("versions/" + NEW).toString()))
        .succeeded();
    if (status().stream().noneMatch(s -> s.path("version").asText().equals(OLD))) {
      killAgent();
      agent.launch();
      awaitRunning(OLD);
    }
  }
}
