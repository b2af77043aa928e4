package com.iottly.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.iottly.e2e.FaultyNetwork.Weather;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shell, logs, files and tunnels of a real agent, over a line that breaks. */
class RemoteTest {

  private static final int REFUSED = 7;

  private final Random random = Seed.random(RemoteTest.class);

  @TempDir Path folder;
  private Stage stage;
  private Platform platform;
  private FaultyNetwork network;
  private DeviceAgent agent;
  private Path allowed;

  @BeforeEach
  void open() throws Exception {
    stage = Stage.in(folder);
    platform = stage.platform();
    network = stage.add(new FaultyNetwork(platform.port()));
    allowed = Files.createDirectory(folder.resolve("allowed"));
    agent = stage.agent(platform);
    agent.set("CONNECTION_ENDPOINT", "ws://127.0.0.1:" + network.port() + "/ws");
    agent.set("REMOTE_SHELL", true);
    agent.set("REMOTE_FILES", true);
    agent.set("REMOTE_FILES_WRITE", allowed);
    agent.set("REMOTE_LOG_FILES", allowed);
    agent.set("REMOTE_TUNNEL", true);
    agent.set("REMOTE_TUNNEL_TARGETS", "localhost:" + platform.port());
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    environment.put("IOTTLY_URL", platform.url());
    environment.put("IOTTLY_API_KEY", platform.key());
    environment.put("IOTTLY_PROJECT_ID", platform.project());
    return environment;
  }

  private Child cli(Path log, String... arguments) {
    return stage.add(Child.start(log, environment(), Launcher.command(command(arguments))));
  }

  private Child.Finished cliToItsEnd(String... arguments) {
    return Child.run(environment(), Launcher.command(command(arguments)));
  }

  private static String[] command(String... arguments) {
    String[] command = new String[arguments.length + 1];
    command[0] = "cli";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    return command;
  }

  @Test
  void aFullScreenEditorIsUsedThroughAClientByOtherPeople() throws Exception {
    agent.start();
    NodeClients.install();
    Path note = allowed.resolve("note");
    String steps =
        """
        {"after": "", "keys": "PS1='prompt> '; stty size; echo ready-$((6*7))\\n"}
        {"after": "ready-42", "keys": "vim -u NONE -N %s\\n"}
        {"after": "~", "keys": "igrüße vom Gerät\\u001b:w\\n"}
        {"after": "written", "keys": ":q\\n"}
        {"after": "prompt> ", "keys": "exit 7\\n"}
        """
            .formatted(note);
    String url =
        platform.url().replaceFirst("^http", "ws")
            + "/v1.0/project/"
            + platform.project()
            + "/stream";
    ProcessBuilder shell =
        new ProcessBuilder(
                "node", NodeClients.FOLDER.resolve("shell.js").toString(), url, agent.device())
            .redirectErrorStream(true)
            .redirectInput(Files.writeString(folder.resolve("steps"), steps).toFile())
            .redirectOutput(folder.resolve("seen").toFile())
            .directory(folder.toFile());
    shell.environment().putAll(environment());
    Process client = shell.start();
    assertThat(client.waitFor(Platform.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    String seen = Files.readString(folder.resolve("seen"));
    assertThat(seen).contains("24 80", "\"code\":\"ended\"", "\"exit\":7");
    assertThat(note).hasContent("grüße vom Gerät");
  }

  @Test
  void filesGoBothWaysUnchangedWhileTheLineIsCut() throws Exception {
    copyBothWays(60_000_000);
  }

  @Test
  @Tag("soak")
  void aLargeFileGoesBothWaysUnchangedWhileTheLineIsCut() throws Exception {
    copyBothWays(100_000_000);
  }

  private void copyBothWays(int size) throws Exception {
    agent.start();
    byte[] content = new byte[size];
    random.nextBytes(content);
    Path original = Files.write(folder.resolve("original"), content);
    Path there = allowed.resolve("there");
    Path back = folder.resolve("back");
    network.become(Weather.narrow(size / 2));
    Child put =
        cli(folder.resolve("put"), "files", "put", agent.device(), original + "", there + "");
    cutUntilItEnds(put);
    assertThat(Files.mismatch(original, there)).isEqualTo(-1);
    Child get = cli(folder.resolve("get"), "files", "get", agent.device(), there + "", back + "");
    cutUntilItEnds(get);
    assertThat(Files.mismatch(original, back)).isEqualTo(-1);
    assertThat(network.connected()).isGreaterThan(3);
    try (var left = Files.list(allowed)) {
      assertThat(left).containsExactly(there);
    }
  }

  @Test
  void aCopyEachWayStarvesNeitherMessagesNorHeartbeatsNorCommands() throws Exception {
    agent.set("CONNECTION_HEARTBEAT_INTERVAL", 1);
    agent.start();
    int perSecond = 1 << 20;
    Path original = Files.write(folder.resolve("original"), new byte[60 * perSecond]);
    Path there = Files.copy(original, allowed.resolve("there"));
    Path back = Files.createDirectory(folder.resolve("back"));
    network.become(Weather.narrow(perSecond));
    cli(folder.resolve("put"), "files", "put", agent.device(), original + "", allowed + "/new");
    cli(folder.resolve("get"), "files", "get", agent.device(), there + "", back + "/there");
    awaitCopied(perSecond, perSecond, back);

    assertThat(agent.run("send", "{\"sent\": \"beside a copy\"}").code()).isZero();
    agent.awaitDrained();
    assertThat(platform.api().echo(agent.device(), 30).path("state").asText())
        .isEqualTo("succeeded");
    awaitCopied(copied(allowed) + 4L * perSecond, copied(back) + 4L * perSecond, back);

    assertThat(network.connected()).as("no heartbeat was missed").isEqualTo(1);
    assertThat(platform.api().history(agent.device(), "userdefined").toString())
        .contains("beside a copy");
  }

  private void awaitCopied(long up, long down, Path back) {
    await().atMost(Platform.PATIENCE).until(() -> copied(allowed) >= up && copied(back) >= down);
  }

  /** How much has come of what is not there in full yet. */
  private static long copied(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".part"))
          .mapToLong(file -> file.toFile().length())
          .sum();
    }
  }

  /** Twice, in the middle of it; the line is good again then. */
  private void cutUntilItEnds(Child copy) {
    for (int i = 0; i < 2; i++) {
      LockSupport.parkNanos(Duration.ofMillis(700 + random.nextInt(500)).toNanos());
      network.cut();
    }
    assertThat(copy.awaitExit()).as(copy.said()).isZero();
  }

  @Test
  void aLogIsFollowedOverLogrotateByNameAndByCopyTruncate() throws Exception {
    agent.start();
    Path log = allowed.resolve("app.log");
    append(log, 0, 100);
    Child tail =
        cli(folder.resolve("tail"), "tail", agent.device(), "--file", log + "", "-n", "5", "-f");
    awaitLine(tail, 99);
    append(log, 100, 200);
    rotate(log, "");
    append(log, 200, 300);
    awaitLine(tail, 299);
    rotate(log, "copytruncate");
    // Nothing tells a file that was cut and has grown back to its old size from one that stayed.
    append(log, 300, 310);
    awaitLine(tail, 309);
    append(log, 310, 400);
    awaitLine(tail, 399);
    List<String> expected = IntStream.range(95, 400).mapToObj(i -> "line " + i + ".").toList();
    assertThat(tail.said().lines().filter(line -> line.startsWith("line ")))
        .containsExactlyElementsOf(expected);
  }

  private static void append(Path log, int from, int to) throws IOException {
    String lines =
        IntStream.range(from, to).mapToObj("line %d.\n"::formatted).collect(Collectors.joining());
    Files.writeString(log, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private void rotate(Path log, String how) throws IOException {
    String rules = "%s {\n  rotate 9\n  nocreate\n  %s\n}\n".formatted(log, how);
    Path configuration = Files.writeString(folder.resolve("logrotate.conf"), rules);
    Child.run(
            Map.of("PATH", System.getenv("PATH") + ":/usr/sbin"),
            List.of("logrotate", "-f", "-s", folder.resolve("state") + "", configuration + ""))
        .succeeded();
  }

  private static void awaitLine(Child tail, int number) {
    await("line " + number)
        .atMost(Platform.PATIENCE)
        .failFast(tail::requireAlive)
        .until(() -> tail.said().contains("line " + number + "."));
  }

  @Test
  void anHttpServerIsReachedThroughATunnelAndNothingElseIs() throws Exception {
    agent.start();
    int port = Stage.freePort();
    Child tunnel =
        cli(
            folder.resolve("tunnel"),
            "tunnel",
            agent.device(),
            port + ":localhost:" + platform.port());
    await()
        .atMost(Platform.PATIENCE)
        .failFast(tunnel::requireAlive)
        .until(() -> tunnel.said().contains("Ctrl-C ends it"));
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + port + "/v1.0/openapi.json");
      URI direct = URI.create(platform.url() + "/v1.0/openapi.json");
      byte[] through =
          http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofByteArray()).body();
      assertThat(new String(through, UTF_8))
          .isEqualTo(
              http.send(HttpRequest.newBuilder(direct).build(), BodyHandlers.ofString()).body());
    }
    Child.Finished refused = cliToItsEnd("files", "get", agent.device(), "/etc/passwd");
    assertThat(refused.code()).isEqualTo(REFUSED);
    assertThat(refused.err()).contains("not_allowed", "[remote] files_read");
    Child.Finished unit = cliToItsEnd("tail", agent.device(), "--unit", "ssh.service");
    assertThat(unit.code()).isEqualTo(REFUSED);
    assertThat(unit.err()).contains("not_allowed", "[remote] log_units");
  }
}
