package com.iottly.platform.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.iottly.platform.admin.Installation.Outcome;
import com.iottly.platform.data.DataDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminClientTest {

  private static final Reader UNREADABLE =
      new Reader() {
        @Override
        public int read(char[] buffer, int offset, int length) {
          throw new AssertionError("this command must not read its input");
        }

        @Override
        public void close() {}
      };

  @TempDir Path temp;
  private Path data;

  @BeforeEach
  void choose() {
    data = temp.resolve("data");
  }

  private Outcome run(String... arguments) {
    return run(Duration.ofSeconds(30), Duration.ofSeconds(30), UNREADABLE, arguments);
  }

  private Outcome run(Duration patience, Duration answer, Reader in, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        new AdminClient(data, patience, answer)
            .run(List.of(arguments), in, new PrintWriter(out), new PrintWriter(err));
    return new Outcome(exit, out.toString(), err.toString());
  }

  @Test
  void withoutAServerCommandsWorkOnTheStoreItself() throws IOException {
    Outcome made = run("project", "create", "Meters");
    assertThat(made.exit()).isZero();
    assertThat(made.err()).contains("made a new installation in " + data);
    String id = made.out().strip();
    Outcome shown = run("project", "show", id);
    assertThat(shown.out()).contains("Meters");
    assertThat(shown.err()).isEmpty();
    assertThat(Files.getPosixFilePermissions(data))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    assertThat(data.resolve("iottly.db")).exists();
    DataDirectory.open(data).close();
  }

  @Test
  void withAServerCommandsGoThroughIt() throws Exception {
    String id = run("project", "create", "Meters").out().strip();
    try (ServerProcess _ = new ServerProcess(data, true)) {
      assertThat(DataDirectory.tryOpen(data)).isEmpty();
      assertThat(run("project", "list").out()).contains(id);
      Outcome user =
          run(
              Duration.ZERO,
              Duration.ofSeconds(30),
              new StringReader("correct horse\n"),
              "user",
              "create",
              "ada");
      assertThat(user.exit()).as(user.err()).isZero();
      Outcome refused = run("project", "show", "0123456789abcdef01234567");
      assertThat(refused.exit()).isEqualTo(1);
      assertThat(refused.err()).contains("there is no project");
    }
    assertThat(data.resolve("admin.sock")).doesNotExist();
    assertThat(run("user", "list").out()).contains("ada");
  }

  @Test
  void afterAServerWasKilledCommandsWorkOnTheStoreAgain() throws Exception {
    ServerProcess server = new ServerProcess(data, true);
    String id = run("project", "create", "Meters").out().strip();
    server.kill();
    assertThat(data.resolve("admin.sock")).exists();
    assertThat(run("project", "list").out()).contains(id);
    try (ServerProcess _ = new ServerProcess(data, true)) {
      assertThat(run("project", "list").out()).contains(id);
    }
  }

  @Test
  void aFolderInUseByWhoDoesNotListenIsASentence() throws Exception {
    try (ServerProcess server = new ServerProcess(data, false)) {
      Outcome outcome =
          run(Duration.ofMillis(100), Duration.ofSeconds(30), UNREADABLE, "project", "list");
      assertThat(outcome.exit()).isEqualTo(1);
      assertThat(outcome.err())
          .contains(data.toString())
          .contains("in use by process " + server.pid())
          .contains("try again");
    }
  }

  @Test
  void aFolderThatBecomesFreeMeanwhileIsWaitedFor() {
    CompletableFuture<Outcome> outcome;
    try (DataDirectory _ = DataDirectory.open(data)) {
      outcome = CompletableFuture.supplyAsync(() -> run("project", "list"));
      await().during(Duration.ofMillis(150)).until(() -> !outcome.isDone());
    }
    assertThat(outcome.join().exit()).isZero();
  }

  @Test
  void helpAndMistakesNeedNoServerAndLeaveNothingBehind() {
    assertThat(run("--help").out()).contains("Usage: iottly admin").contains("Examples:");
    assertThat(run("project", "create", "--help").exit()).isZero();
    assertThat(run("project", "create", "--nonsense").exit()).isEqualTo(2);
    assertThat(run("project").err()).contains("a command is missing");
    assertThat(run().exit()).isEqualTo(2);
    assertThat(data).doesNotExist();
  }

  @Test
  void aFolderThatCanNotBeUsedIsASentence() throws IOException {
    Files.createFile(data);
    Outcome outcome = run("project", "list");
    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.err()).contains("is a file");
  }

  @Test
  void aServerThatLeavesWithoutAnAnswerIsReported() throws IOException {
    Files.createDirectory(data);
    try (ServerSocketChannel odd = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      odd.bind(UnixDomainSocketAddress.of(data.resolve("admin.sock")));
      CompletableFuture<Outcome> outcome = CompletableFuture.supplyAsync(() -> run("user", "list"));
      try (SocketChannel caller = odd.accept()) {
        assertThat(AdminProtocol.receive(caller, 1024))
            .isInstanceOf(AdminProtocol.Received.Line.class);
      }
      assertThat(outcome.join().exit()).isEqualTo(1);
      assertThat(outcome.join().err()).contains("look whether the command was done");
    }
  }

  @Test
  void aServerThatHangsIsReported() throws IOException {
    Files.createDirectory(data);
    try (ServerSocketChannel hung = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      hung.bind(UnixDomainSocketAddress.of(data.resolve("admin.sock")));
      Outcome outcome = run(Duration.ZERO, Duration.ofMillis(100), UNREADABLE, "user", "list");
      assertThat(outcome.exit()).isEqualTo(1);
      assertThat(outcome.err()).contains("gave no answer");
    }
  }
}
