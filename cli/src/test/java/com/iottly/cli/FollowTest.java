package com.iottly.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.iottly.cli.http.Platform;
import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FollowTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path folder;
  private TestServer server;
  private TestServer.Device device;

  @BeforeEach
  void start() throws Exception {
    server = new TestServer(folder.resolve("data"));
    device = server.provision("Followed");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** A reader that can go away. */
  private static final class Screen extends Writer {

    private final StringBuffer shown = new StringBuffer();
    private volatile boolean gone;

    @Override
    public void write(char[] text, int offset, int length) throws IOException {
      if (gone) {
        throw new IOException("nobody reads");
      }
      shown.append(text, offset, length);
    }

    @Override
    public void flush() throws IOException {
      if (gone) {
        throw new IOException("nobody reads");
      }
    }

    @Override
    public void close() {}
  }

  private void say(int from, int to) throws Exception {
    try (ScriptedDevice scripted = new ScriptedDevice(server, device)) {
      scripted.say(
          "numbers", IntStream.range(from, to).mapToObj(i -> "{\"n\":" + i + "}").toList());
    }
  }

  private static List<Integer> numbers(Screen screen) {
    return screen.shown.toString().lines().map(FollowTest::number).toList();
  }

  private static int number(String line) {
    try {
      return Platform.JSON.readTree(line).at("/payload/n").asInt();
    } catch (IOException e) {
      throw new AssertionError("no JSON object a line: " + line, e);
    }
  }

  private CompletableFuture<Integer> follow(Screen screen, Writer err, String... more) {
    var arguments =
        new ArrayList<>(List.of("messages", "Followed", "--follow", "--json", "--interval", "1s"));
    arguments.addAll(List.of("--channel", "numbers"));
    arguments.addAll(List.of(more));
    Client client = server.client();
    return CompletableFuture.supplyAsync(
        () -> client.run(screen, err, arguments.toArray(String[]::new)));
  }

  @Test
  void nothingIsMissedAndNothingRepeatedWhileThePlatformRestarts() throws Exception {
    say(0, 250);
    Screen screen = new Screen();
    StringWriter err = new StringWriter();
    CompletableFuture<Integer> exit = follow(screen, err, "--limit", "240");
    await().atMost(PATIENCE).until(() -> numbers(screen).size() == 240);
    say(250, 400);
    await().atMost(PATIENCE).until(() -> numbers(screen).contains(399));
    server.stop();
    await().atMost(PATIENCE).until(() -> err.toString().contains("Trying again"));
    server.start();
    say(400, 700);
    await().atMost(PATIENCE).until(() -> numbers(screen).contains(699));
    screen.gone = true;
    assertThat(exit.get()).isZero();
    assertThat(numbers(screen))
        .containsExactlyElementsOf(IntStream.range(10, 700).boxed().toList());
    assertThat(err.toString()).contains("the platform is back").doesNotContain(server.key());
  }

  @Test
  void everythingSinceATimeComesFirstAndADeletedKeyEndsIt() throws Exception {
    say(0, 130);
    Screen screen = new Screen();
    StringWriter err = new StringWriter();
    String key = server.createKey();
    Client client = server.client().with("IOTTLY_API_KEY", key);
    CompletableFuture<Integer> exit =
        CompletableFuture.supplyAsync(() ->
            client.run(
                screen,
                err,
                "messages",
                "Followed",
                "-f",
                "--json",
                "--from",
                "1h",
                "--query",
                "{\"payload.n\":{\"$mod\":[2,0]}}"));
    await().atMost(PATIENCE).until(() -> numbers(screen).size() == 65);
    say(130, 132);
    await().atMost(PATIENCE).until(() -> numbers(screen).contains(130));
    Client owner = server.client();
    String id =
        owner
            .run("key", "list", "--json")
            .json()
            .valueStream()
            .filter(one -> !one.path("scopes").toString().contains("manage"))
            .findFirst()
            .orElseThrow()
            .path("id")
            .asText();
    owner.run("key", "delete", id).done();
    assertThat(exit.get()).isEqualTo(ExitCode.NOT_SIGNED_IN);
    assertThat(err.toString()).contains("key_unknown");
  }

  @Test
  void aBacklogLongerThanWhatIsHeldAtOnceComesInOrder() throws Exception {
    int count = 10_150;
    for (int from = 0; from < count; from += 350) {
      say(from, from + 350);
    }
    Screen screen = new Screen();
    CompletableFuture<Integer> exit = follow(screen, new StringWriter(), "--from", "1h");
    String last = "{\"n\":" + (count - 1) + "}";
    await().atMost(PATIENCE).until(() -> screen.shown.indexOf(last) >= 0);
    screen.gone = true;
    assertThat(exit.get()).isZero();
    assertThat(numbers(screen))
        .containsExactlyElementsOf(IntStream.range(0, count).boxed().toList());
  }

  @Test
  void itHasNoEnd() {
    assertThat(server.client().run("messages", "Followed", "--follow", "--to", "1h").exit())
        .isEqualTo(ExitCode.USAGE);
  }
}
