package com.iottly.platform.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.iottly.platform.access.ApiKeys.Verdict;
import com.iottly.platform.admin.AdminProtocol.Answer;
import com.iottly.platform.admin.AdminProtocol.Received;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.fleet.Device;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminSocketTest {

  private static final AdminLimits SHORT =
      new AdminLimits(1024, Duration.ofMillis(200), Duration.ofMillis(200), 2);
  private static final AdminLimits PATIENT =
      new AdminLimits(1024, Duration.ofHours(1), Duration.ofHours(1), 2);

  @TempDir Path temp;
  private Installation installation;
  private Path file;

  @BeforeEach
  void open() {
    installation = new Installation(temp.resolve("data"));
    file = installation.directory.adminSocket();
  }

  @AfterEach
  void close() {
    installation.close();
  }

  private AdminSocket listen(AdminLimits limits) {
    return AdminSocket.open(installation.directory, installation.commands, limits);
  }

  private SocketChannel connect() throws IOException {
    return SocketChannel.open(UnixDomainSocketAddress.of(file));
  }

  private static void send(SocketChannel channel, String text) throws IOException {
    AdminProtocol.send(channel, text.getBytes(StandardCharsets.UTF_8));
  }

  private static Answer answer(SocketChannel channel) throws IOException {
    return switch (AdminProtocol.receive(channel, AdminProtocol.MAX_ANSWER)) {
      case Received.Line(ByteBuffer line) -> Answer.read(line).orElseThrow();
      case Received other -> throw new AssertionError(other);
    };
  }

  private Answer ask(String request) throws IOException {
    try (SocketChannel channel = connect()) {
      send(channel, request);
      return answer(channel);
    }
  }

  private void assertAlive() throws IOException {
    assertThat(ask("{\"arguments\":[\"project\",\"list\",\"--json\"]}\n"))
        .isEqualTo(new Answer(0, "[]" + System.lineSeparator(), ""));
  }

  private int client(List<String> arguments, StringWriter out) {
    return client(arguments, out, new StringWriter());
  }

  private int client(List<String> arguments, StringWriter out, StringWriter err) {
    return AdminClient.run(
        installation.directory.path(),
        arguments,
        Reader.nullReader(),
        new PrintWriter(out),
        new PrintWriter(err));
  }

  @Test
  void onlyTheOwnerCanReachTheSocketAndClosingRemovesIt() throws IOException {
    try (AdminSocket _ = listen(AdminLimits.defaults())) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
          .isEqualTo("rwx------");
      assertThat(file.resolveSibling(".a")).doesNotExist();
      assertAlive();
    }
    assertThat(file).doesNotExist();
  }

  @Test
  void effectsAreImmediateInTheRunningServer() throws IOException {
    ProjectId project = new ProjectId(installation.run("project", "create", "x").out().strip());
    Device device = installation.device(project, "02:00:00:00:00:01", "Room 1");
    List<DeviceId> cut = new CopyOnWriteArrayList<>();
    installation.rooms.fleet().devices().onRevoked(cut::add);
    try (AdminSocket _ = listen(AdminLimits.defaults())) {
      StringWriter secret = new StringWriter();
      assertThat(client(List.of("key", "create", project.value(), "--description", "Ä"), secret))
          .isZero();
      Verdict before = installation.rooms.keys().verify(secret.toString().strip());
      assertThat(before).isInstanceOf(Verdict.Valid.class);
      var key = ((Verdict.Valid) before).key();
      assertThat(key.description()).isEqualTo("Ä");
      assertThat(
              client(
                  List.of("key", "delete", project.value(), key.id().toString()),
                  new StringWriter()))
          .isZero();
      assertThat(installation.rooms.keys().verify(secret.toString().strip()))
          .isInstanceOf(Verdict.Unknown.class);
      assertThat(
              client(
                  List.of("device", "revoke", project.value(), device.id().toString()),
                  new StringWriter()))
          .isZero();
      assertThat(cut).containsExactly(device.id());
    }
  }

  @Test
  void aStaleSocketIsReplaced() throws IOException {
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(file));
    }
    Files.createDirectory(file.resolveSibling(".a"));
    assertThat(file).exists();
    try (AdminSocket _ = listen(AdminLimits.defaults())) {
      assertAlive();
    }
  }

  @Test
  void aLiveSocketIsAnErrorAndGoesOn() throws IOException {
    try (AdminSocket _ = listen(AdminLimits.defaults())) {
      assertThatThrownBy(() -> listen(AdminLimits.defaults()))
          .isInstanceOf(AdminException.class)
          .hasMessageContaining("another server answers")
          .hasMessageContaining(file.toString());
      assertAlive();
    }
  }

  @Test
  void anotherFileInItsPlaceIsAnErrorAndStays() throws IOException {
    Files.writeString(file, "mine");
    assertThatThrownBy(() -> listen(AdminLimits.defaults()))
        .isInstanceOf(AdminException.class)
        .hasMessageContaining("move it away");
    assertThat(file).hasContent("mine");
  }

  @Test
  void aPathIsAllowedUpTo106Bytes() throws IOException {
    Path folder = temp.toRealPath();
    String parent = folder + "/";
    String name = "é".repeat((106 - parent.length()) / 2);
    Path longest = folder.resolve(name + "x".repeat((106 - parent.length()) % 2));
    assertThat(longest.toString().getBytes(StandardCharsets.UTF_8)).hasSize(106);
    try (ServerSocketChannel _ = SocketFile.listen(longest);
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(longest))) {
      assertThat(channel.isConnected()).isTrue();
    }
    Path tooLong = folder.resolve(longest.getFileName() + "y");
    assertThatThrownBy(() -> SocketFile.listen(tooLong))
        .isInstanceOf(AdminException.class)
        .hasMessageContaining("has 107 bytes")
        .hasMessageContaining("at most 106");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\n",
        "{}\n",
        "[]\n",
        "nonsense\n",
        "{\"arguments\":\"project list\"}\n",
        "{\"arguments\":[1]}\n",
        "{\"arguments\":[\"project\",\"list\"],\"input\":7}\n",
        "{\"arguments\":[\"project\",\"list\"]} {}\n",
        "{\"arguments\":[],\"arguments\":[\"project\",\"list\"]}\n",
        "[[[[[[[[[[[[[[[[[[[[[[[[\n",
        "\0\1\2\n",
      })
  void aGarbledRequestIsAnsweredAndForgotten(String request) throws IOException {
    try (AdminSocket _ = listen(SHORT)) {
      Answer answer = ask(request);
      assertThat(answer.exit()).isEqualTo(2);
      assertThat(answer.err()).contains("the request is not");
      assertAlive();
    }
  }

  @Test
  void bytesThatAreNotUtf8AreGarbled() throws IOException {
    try (AdminSocket _ = listen(SHORT);
        SocketChannel channel = connect()) {
      send(channel, "{\"arguments\":[\"");
      AdminProtocol.send(channel, new byte[] {(byte) 0xc3, (byte) 0x28});
      send(channel, "\"]}\n");
      assertThat(answer(channel).err()).contains("the request is not");
    }
  }

  @Test
  void aRequestMayBeAsLongAsTheLimitAndNoLonger() throws IOException {
    String frame = "{\"arguments\":[\"project\",\"list\"],\"input\":\"\"}\n";
    String longest = frame.replace("\"\"", '"' + "x".repeat(1024 - frame.length()) + '"');
    try (AdminSocket _ = listen(PATIENT)) {
      assertThat(longest).hasSize(1024);
      assertThat(ask(longest).exit()).isZero();
      Answer tooLong = ask("x" + longest);
      assertThat(tooLong.exit()).isEqualTo(2);
      assertThat(tooLong.err()).contains("more than 1024 bytes");
      assertThat(ask("x".repeat(100_000)).err()).contains("more than 1024 bytes");
      assertAlive();
    }
  }

  @Test
  void aSlowRequestIsEndedWithASentence() throws IOException {
    try (AdminSocket _ = listen(SHORT);
        SocketChannel channel = connect()) {
      send(channel, "{\"arguments\":");
      Answer answer = answer(channel);
      assertThat(answer.exit()).isEqualTo(1);
      assertThat(answer.err()).contains("did not arrive within 200 ms");
      assertAlive();
    }
  }

  @Test
  void aRequestThatEndsEarlyIsToldSo() throws IOException {
    try (AdminSocket _ = listen(PATIENT);
        SocketChannel channel = connect()) {
      send(channel, "{\"arguments\":");
      channel.shutdownOutput();
      assertThat(answer(channel).err()).contains("ended before its line break");
    }
  }

  @Test
  void aRequestInPiecesIsOneRequest() throws IOException {
    try (AdminSocket _ = listen(PATIENT);
        SocketChannel channel = connect()) {
      for (char c : "{\"arguments\":[\"project\",\"list\"]}\n".toCharArray()) {
        send(channel, String.valueOf(c));
      }
      assertThat(answer(channel).out()).contains("There are no projects.");
    }
  }

  @Test
  void oneConnectionTooManyIsToldToComeBack() throws IOException {
    try (AdminSocket _ = listen(PATIENT)) {
      List<SocketChannel> idle = new ArrayList<>(List.of(connect(), connect()));
      StringWriter err = new StringWriter();
      assertThat(client(List.of("project", "list"), new StringWriter(), err)).isEqualTo(1);
      assertThat(err.toString()).contains("busy with 2 others");
      idle.removeFirst().close();
      await()
          .until(() -> client(List.of("project", "list"), new StringWriter(), err), is -> is == 0);
      idle.removeFirst().close();
    }
  }

  @Test
  void aCallerThatNeverFetchesItsAnswerGivesItsPlaceBack() throws IOException {
    ProjectId project = new ProjectId(installation.run("project", "create", "x").out().strip());
    installation.run("license", "create", project.value(), "1000");
    installation.run("license", "create", project.value(), "1000");
    installation.run("license", "create", project.value(), "1000");
    installation.run("license", "create", project.value(), "1000");
    AdminLimits one = new AdminLimits(1024, Duration.ofHours(1), Duration.ofMillis(200), 1);
    String request =
        "{\"arguments\":[\"license\",\"list\",\"--json\",\"--limit\",\"10000\",\""
            + project
            + "\"]}\n";
    try (AdminSocket _ = listen(one);
        SocketChannel deaf = connect()) {
      send(deaf, request);
      await()
          .until(
              () -> client(List.of("user", "list"), new StringWriter(), new StringWriter()),
              exit -> exit == 0);
    }
  }

  @Test
  void closingCutsWaitingRequestsOffAndLetsRunningOnesFinish() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch proceed = new CountDownLatch(1);
    installation
        .rooms
        .fleet()
        .projects()
        .onDeleted(_ -> {
          running.countDown();
          try {
            assertThat(proceed.await(30, TimeUnit.SECONDS)).isTrue();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        });
    String project = installation.run("project", "create", "x").out().strip();
    AdminSocket socket = listen(PATIENT);
    try (SocketChannel waiting = connect();
        SocketChannel deleting = connect()) {
      send(waiting, "{");
      send(deleting, "{\"arguments\":[\"project\",\"delete\",\"--yes\",\"" + project + "\"]}\n");
      assertThat(running.await(30, TimeUnit.SECONDS)).isTrue();
      Thread closing = Thread.ofPlatform().name("test-close").start(socket::close);
      assertThat(answer(waiting).err()).contains("ended before its line break");
      assertThat(closing.isAlive()).isTrue();
      proceed.countDown();
      assertThat(answer(deleting).exit()).isZero();
      assertThat(closing.join(Duration.ofSeconds(30))).isTrue();
    }
  }

  @Test
  void passwordsTravelAsInput() {
    try (AdminSocket _ = listen(AdminLimits.defaults())) {
      StringWriter out = new StringWriter();
      int exit =
          AdminClient.run(
              installation.directory.path(),
              List.of("user", "create", "ada"),
              new StringReader("correct horse\nleft alone"),
              new PrintWriter(out),
              new PrintWriter(new StringWriter()));
      assertThat(exit).isZero();
      assertThat(installation.rooms.users().verify("ada", "correct horse"))
          .hasToString("Accepted[user=" + installation.rooms.users().list().getFirst() + "]");
    }
  }

  @Test
  void limitsAreChecked() {
    assertThat(AdminLimits.defaults())
        .isEqualTo(new AdminLimits(65_536, Duration.ofSeconds(10), Duration.ofSeconds(30), 16));
    Duration time = Duration.ofSeconds(1);
    assertThatThrownBy(() -> new AdminLimits(1023, time, time, 1)).hasMessageContaining("1 KiB");
    assertThatThrownBy(() -> new AdminLimits(1024, Duration.ZERO, time, 1))
        .hasMessageContaining("the time for a request");
    assertThatThrownBy(() -> new AdminLimits(1024, time, Duration.ofHours(2), 1))
        .hasMessageContaining("the time for an answer");
    assertThatThrownBy(() -> new AdminLimits(1024, time, time, 0)).hasMessageContaining("1,000");
  }
}
