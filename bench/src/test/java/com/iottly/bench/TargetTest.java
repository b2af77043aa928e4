package com.iottly.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TargetTest {

  @TempDir Path directory;

  @Test
  void devicesAreRegisteredOnceEachWithAnAddressOfTheirOwn() {
    try (StubPlatform platform = new StubPlatform(16, 1);
        Api api = new Api(platform.url(), "stub-key", null)) {
      List<Device> devices = Provisioning.register(api, "p", 300);
      assertThat(devices).extracting(Device::number).startsWith(0, 1, 2).hasSize(300);
      assertThat(devices.get(258).token()).isEqualTo("token-of-02:be:00:00:01:02");
      assertThat(platform.registered).hasSize(300).doesNotHaveDuplicates();
    }
  }

  @Test
  void aRefusalOfTheServerReachesTheUserWithoutTheKey() {
    try (StubPlatform platform = new StubPlatform(16, 1);
        Api api = new Api(platform.url(), "wrong", null)) {
      assertThatThrownBy(() -> api.provision("p", 0))
          .isInstanceOf(BenchException.class)
          .hasMessageContaining("answered 401")
          .hasMessageContaining("no such key")
          .hasMessageNotContaining("wrong");
    }
  }

  @Test
  void cpuTimeIsReadPastANameWithSpacesAndParentheses() {
    String stat = "42 (a) b (c)) S 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20 0 9 0 100 1 1";
    assertThat(ProcessFacts.cpu(stat)).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void thisProcessHasMemoryAndCpuTime() {
    long pid = ProcessHandle.current().pid();
    assertThat(ProcessFacts.rss(pid)).isGreaterThan(1 << 20);
    assertThat(ProcessFacts.cpu(pid)).isPositive();
  }

  @Test
  void moreConnectionsThanFilesAreRefusedWithTheFix() {
    assertThatThrownBy(() -> ProcessFacts.requireOpenFiles(Integer.MAX_VALUE))
        .hasMessageContaining("ulimit -n 2147484147");
  }

  @Test
  void aCertificateIsMadeWithTheJdkAlone() {
    SelfSigned made = SelfSigned.make(directory);
    assertThat(made.files().certificate()).content().startsWith("-----BEGIN CERTIFICATE-----\n");
    assertThat(made.files().key())
        .content()
        .startsWith("-----BEGIN PRIVATE KEY-----\n")
        .endsWith("\n-----END PRIVATE KEY-----\n");
  }

  @Test
  void aServerWithoutItsJarsIsToldHowToBuildThem() {
    ServerCommand command = new ServerCommand(directory.resolve("none"), List.of());
    assertThatThrownBy(() -> ServerProcess.start(command, directory))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("iottly build");
  }

  @Test
  void aServerThatEndsAtOnceIsReportedWithItsLastWords() {
    ServerCommand command = new ServerCommand(directory, List.of("-Xmx64m"));
    assertThatThrownBy(() -> ServerProcess.start(command, directory))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("ended before it was ready")
        .hasMessageContaining("ClassNotFoundException");
  }

  @Test
  void aFailedChildProcessIsReportedWithWhatItSaid() {
    List<String> command = List.of("sh", "-c", "echo because >&2; exit 3");
    assertThatThrownBy(() -> Child.run("thing", command, Duration.ofSeconds(10)))
        .hasMessageContaining("thing failed with 3: because");
    assertThat(Child.run("thing", List.of("echo", "fine"), Duration.ofSeconds(10)))
        .isEqualTo("fine\n");
  }

  @Test
  void whyAThingWasLeftOutIsOneShortLine() {
    assertThat(BenchException.summary(new BenchException("it\nended: " + "x".repeat(200))))
        .startsWith("it ended: xxx")
        .hasSize(161)
        .endsWith("…");
  }

  @Test
  void theConfigurationNamesOnlyWhatDiffersFromTheDefaults() {
    var address = new java.net.InetSocketAddress("127.0.0.1", 8123);
    var tls = new ServerCommand.Tls(Path.of("/c.crt"), Path.of("/c.key"));
    assertThat(
            ServerCommand.config(
                new ServerCommand.Options(
                    Path.of("/d"), address, ServerCommand.Store.DURABLE, null, false)))
        .isEqualTo(
            """
            [server]
            data = "/d"
            host = "127.0.0.1"
            port = 8123

            [webhook]
            allow = ["127.0.0.1"]
            allow_http = true
            """);
    assertThat(
            ServerCommand.config(
                new ServerCommand.Options(
                    Path.of("/d"), address, ServerCommand.Store.NONE, tls, true)))
        .contains("[tls]\ncertificate = \"/c.crt\"\nkey = \"/c.key\"\n")
        .contains("handshakes_per_second = ")
        .doesNotContain("store");
  }

  @Test
  void theLockIsFreeAgainAfterUse() {
    Path file = directory.resolve("lock");
    BenchLock.take(file, Duration.ZERO).close();
    try (BenchLock again = BenchLock.take(file, Duration.ZERO)) {
      assertThat(again).isNotNull();
    }
  }

  @Test
  void aWorkspaceLeavesNothingBehind() throws Exception {
    try (Workspace workspace = Workspace.make(directory.resolve("work"))) {
      java.nio.file.Files.writeString(workspace.in("a").resolve("file"), "x");
    }
    assertThat(directory.resolve("work")).isEmptyDirectory();
  }

  @Test
  void progressIsABarOfWhatIsDone() {
    assertThat(new Progress("fill", 1000).line(500))
        .isEqualTo("fill                 [" + "#".repeat(20) + ".".repeat(20) + "] 500 of 1,000");
  }
}
