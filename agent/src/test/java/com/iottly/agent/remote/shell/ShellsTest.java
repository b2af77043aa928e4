package com.iottly.agent.remote.shell;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.iottly.agent.Fixtures;
import com.iottly.agent.config.RemoteConfig;
import com.iottly.agent.remote.RefusedException;
import com.iottly.agent.remote.Session;
import com.iottly.agent.remote.TestChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ShellsTest {

  private static final RemoteConfig.Shell LIMITS =
      new RemoteConfig.Shell(
          true, 2, Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofSeconds(30), 64 * 1024);

  private Shells shells = shells(LIMITS);

  private static Shells shells(RemoteConfig.Shell limits) {
    return new Shells(limits, Map.of(), new SecureRandom(), System::nanoTime, Fixtures.quiet());
  }

  @AfterEach
  void endAllShells() throws InterruptedException {
    shells.close();
  }

  private Session open(TestChannel channel) throws RefusedException {
    return shells.open(Map.of("columns", 91, "rows", 33, "term", "xterm"), channel);
  }

  private static void type(Session session, String text) throws InterruptedException {
    session.data(text.getBytes(UTF_8));
  }

  private static void awaitText(TestChannel channel, String text) {
    await().untilAsserted(() -> assertThat(channel.text()).contains(text));
  }

  private static String session(TestChannel channel) {
    return (String) Objects.requireNonNull(Objects.requireNonNull(channel.info()).get("session"));
  }

  @Test
  void aShellRunsOnARealTerminalAndTellsItsExitCode() throws Exception {
    TestChannel channel = new TestChannel();
    Session session = open(channel);
    type(session, "tty; stty size; echo T=$TERM; echo grüße-$((6*7)); exit 7\n");
    awaitText(channel, "grüße-42");
    assertThat(channel.text()).contains("/dev/pts/", "33 91", "T=xterm");
    await().untilAsserted(() -> assertThat(channel.code()).isEqualTo("ended"));
    assertThat(channel.result()).isEqualTo(Map.of("exit", 7));
  }

  @Test
  void nothingOfTheAgentsEnvironmentReachesAShell() throws Exception {
    TestChannel channel = new TestChannel();
    type(open(channel), "env | cut -d= -f1 | sort | tr '\\n' ' '; echo done-$((1+1))\n");
    awaitText(channel, "done-2");
    assertThat(channel.text()).doesNotContain("JAVA_HOME", "IOTTLY").contains("HOME", "LANG");
  }

  @Test
  void controlCInterruptsTheForegroundAndJobsCanBeControlled() throws Exception {
    TestChannel channel = new TestChannel();
    Session session = open(channel);
    type(session, "cat >/dev/null & jobs; sleep 300; echo code-$?\n");
    awaitText(channel, "[1]");
    await().until(() -> isRunning("sleep", "300"));
    type(session, "\u0003");
    awaitText(channel, "code-130");
    type(session, "kill %1; wait; set -o | grep monitor\n");
    await().untilAsserted(() -> assertThat(channel.text()).containsPattern("monitor +\ton"));
  }

  private static boolean isRunning(String... command) {
    return ProcessHandle.allProcesses()
        .map(ProcessHandle::info)
        .anyMatch(info ->
            info.command().filter(name -> name.endsWith(command[0])).isPresent()
                && info.arguments().filter(all -> all[0].equals(command[1])).isPresent());
  }

  @Test
  void aResizeReachesTheProgramThatRuns() throws Exception {
    TestChannel channel = new TestChannel();
    Session session = open(channel);
    type(session, "trap 'stty size' WINCH; echo ready-$((1+1))\n");
    awaitText(channel, "ready-2");
    session.control(Map.of("resize", Map.of("columns", 132, "rows", 50)));
    type(session, "\n");
    awaitText(channel, "50 132");
  }

  @Test
  void aBadControlIsRefusedAndLeavesTheShellAlone() throws Exception {
    TestChannel channel = new TestChannel();
    Session session = open(channel);
    session.control(Map.of("resize", Map.of("columns", 0)));
    session.control(Map.of("dance", true));
    assertThat(channel.controls()).hasSize(2);
    assertThat(channel.controls().getFirst().get("error"))
        .isEqualTo("columns is '0'; allowed: a whole number from 1 to 1000");
    type(session, "echo still-$((1+1))\n");
    awaitText(channel, "still-2");
  }

  @Test
  void aShellWhoseConnectionBrokeIsResumedWithoutAGap() throws Exception {
    TestChannel first = new TestChannel();
    Session broken = open(first);
    type(broken, "stty -echo; for i in 1 2 3; do echo line-$i; read x; done; exit 3\n");
    awaitText(first, "line-1");
    int received = first.bytes().length;
    first.cut();
    broken.closed(false);
    TestChannel second = new TestChannel();
    Session resumed = shells.open(Map.of("resume", session(first), "received", received), second);
    type(resumed, "\n\n\n");
    await().untilAsserted(() -> assertThat(second.code()).isEqualTo("ended"));
    assertThat(second.result()).isEqualTo(Map.of("exit", 3));
    assertThat(second.text()).contains("line-2", "line-3").doesNotContain("line-1");
    assertThat(Objects.requireNonNull(second.info()).get("position")).isEqualTo((long) received);
  }

  @Test
  void whatWasOnItsWayWhenTheConnectionBrokeIsSentAgain() throws Exception {
    TestChannel first = new TestChannel(40_000);
    Session broken = open(first);
    type(broken, "stty -echo; seq -w 1 99999; echo the-end\n");
    await().until(() -> first.bytes().length > 20_000);
    first.cut();
    broken.closed(false);
    byte[] received = java.util.Arrays.copyOf(first.bytes(), 15_000);
    TestChannel second = new TestChannel();
    Session resumed =
        shells.open(Map.of("resume", session(first), "received", received.length), second);
    awaitText(second, "the-end");
    String all = new String(received, UTF_8) + second.text();
    assertThat(all.lines().filter(line -> line.matches("[0-9]{5}"))).hasSize(99_999);
    resumed.closed(true);
  }

  @Test
  void aClientThatReadsNothingStallsItsProgramAndNothingElse() throws Exception {
    TestChannel slow = new TestChannel(0);
    Session stalled = open(slow);
    type(stalled, "yes\n");
    TestChannel other = new TestChannel();
    type(open(other), "echo other-$((1+1))\n");
    awaitText(other, "other-2");
    slow.grant(1_000_000);
    await().until(() -> slow.bytes().length > 900_000);
    stalled.closed(true);
  }

  @Test
  void aShellNobodyComesBackToIsEndedWithItsProcesses() throws Exception {
    shells = shells(withTimes(Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ZERO));
    TestChannel channel = new TestChannel();
    Session session = open(channel);
    long child = startSleeper(session, channel);
    channel.cut();
    session.closed(false);
    awaitGone(child);
    await()
        .untilAsserted(() ->
            assertThatThrownBy(
                    () -> shells.open(Map.of("resume", session(channel)), new TestChannel()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("there is no such shell any more"));
  }

  @Test
  void evenWhatIgnoresTheHangUpIsGoneAfterAShellsEnd() throws Exception {
    TestChannel channel = new TestChannel();
    Session session = open(channel);
    long child = startSleeper(session, channel);
    type(session, "exit\n");
    await().untilAsserted(() -> assertThat(channel.code()).isEqualTo("ended"));
    awaitGone(child);
  }

  private static long startSleeper(Session session, TestChannel channel) throws Exception {
    type(session, "(trap '' HUP; exec sleep 301) & echo child=$!.\n");
    await().untilAsserted(() -> assertThat(channel.text()).containsPattern("child=\\d+\\."));
    String text = channel.text().replaceAll("(?s).*child=(\\d+)\\..*", "$1");
    return Long.parseLong(text);
  }

  private static void awaitGone(long process) {
    await().until(() -> Files.notExists(Path.of("/proc/" + process)) || isZombie(process));
  }

  private static boolean isZombie(long process) throws Exception {
    return Files.readString(Path.of("/proc/" + process + "/stat")).contains(") Z ");
  }

  private static RemoteConfig.Shell withTimes(Duration idle, Duration longest, Duration grace) {
    return new RemoteConfig.Shell(true, 2, idle, longest, grace, 64 * 1024);
  }

  @Test
  void aShellInWhichNothingHappensIsEndedForThatReason() throws Exception {
    shells = shells(withTimes(Duration.ofMillis(300), Duration.ofMinutes(1), Duration.ZERO));
    TestChannel channel = new TestChannel();
    open(channel);
    await().untilAsserted(() -> assertThat(channel.code()).isEqualTo("idle"));
  }

  @Test
  void aShellIsEndedAfterItsLongestTimeWhateverHappensInIt() throws Exception {
    shells = shells(withTimes(Duration.ofMinutes(1), Duration.ofMillis(500), Duration.ZERO));
    TestChannel channel = new TestChannel();
    type(open(channel), "yes\n");
    await().untilAsserted(() -> assertThat(channel.code()).isEqualTo("too_long"));
  }

  @Test
  void oneShellMoreThanAllowedIsRefusedByNameUntilOneEnds() throws Exception {
    TestChannel first = new TestChannel();
    Session session = open(first);
    open(new TestChannel());
    assertRefused("too_many_sessions", Map.of());
    session.closed(true);
    await().ignoreException(RefusedException.class).until(() -> open(new TestChannel()) != null);
  }

  @Test
  void switchingShellsOffEndsThoseThatAreOpenAndRefusesOthers() throws Exception {
    TestChannel channel = new TestChannel();
    open(channel);
    shells.configure(
        new RemoteConfig.Shell(
            false, 2, Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ZERO, 64 * 1024));
    await().untilAsserted(() -> assertThat(channel.code()).isEqualTo("disabled"));
    assertRefused("disabled", Map.of());
  }

  @Test
  void aBadArgumentIsRefusedByName() {
    assertRefused("bad_argument", Map.of("columns", 1001));
    assertRefused("bad_argument", Map.of("rows", "24"));
    assertRefused("bad_argument", Map.of("term", "x\ny"));
    assertRefused("unknown_session", Map.of("resume", "00"));
  }

  private void assertRefused(String code, Map<String, @Nullable Object> arguments) {
    assertThatThrownBy(() -> shells.open(arguments, new TestChannel()))
        .isInstanceOfSatisfying(
            RefusedException.class, refused -> assertThat(refused.code()).isEqualTo(code));
  }
}
