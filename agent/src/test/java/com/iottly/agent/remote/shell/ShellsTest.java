package com.iottly.agent.remote.shell;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.iottly.agent.Fixtures;
import com.iottly.agent.channel.ChannelPeer;
import com.iottly.agent.config.RemoteConfig;
import com.iottly.wire.Frame;
import com.iottly.wire.Payload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShellsTest {

  private static final Duration LONG = Duration.ofMinutes(1);
  private static final RemoteConfig.Shell LIMITS =
      new RemoteConfig.Shell(true, 2, LONG, LONG, Duration.ofSeconds(30), 64 * 1024);

  @TempDir private Path home;
  private Shells shells;
  private ChannelPeer peer;

  @BeforeEach
  void allowShells() {
    allow(LIMITS);
  }

  private void allow(RemoteConfig.Shell limits) {
    Map<String, String> environment = Map.of("HOME", home.toString(), "IOTTLY_AGENT_TOKEN", "x");
    shells =
        new Shells(limits, environment, new SecureRandom(), System::nanoTime, Fixtures.quiet());
    peer = new ChannelPeer(shells);
  }

  private void limit(RemoteConfig.Shell limits) throws InterruptedException {
    peer.close();
    allow(limits);
  }

  private void reconnect() throws InterruptedException {
    peer.close();
    peer = new ChannelPeer(shells);
  }

  @AfterEach
  void endAllShells() throws InterruptedException {
    peer.close();
    shells.close();
  }

  private int open() {
    int channel = peer.open("shell", Map.of("columns", 91, "rows", 33, "term", "xterm"));
    peer.opened(channel);
    return channel;
  }

  private int resume(String session, long received) {
    return peer.open("shell", Map.of("resume", session, "received", received));
  }

  private String session(int channel) {
    return String.valueOf(peer.opened(channel).get("session"));
  }

  private void awaitText(int channel, String text) {
    await().untilAsserted(() -> assertThat(peer.text(channel)).contains(text));
  }

  private void assertEnded(int channel, String code) {
    assertThat(peer.ended(channel).code()).isEqualTo(code);
  }

  private void assertRefused(String code, Map<String, ?> arguments) {
    assertEnded(peer.open("shell", arguments), code);
  }

  @Test
  void aShellRunsOnARealTerminalAndTellsItsExitCode() {
    int channel = open();
    peer.data(channel, "tty; stty size; echo T=$TERM; echo grüße-$((6*7)); exit 7\n");
    assertEnded(channel, "ended");
    assertThat(peer.text(channel)).contains("/dev/pts/", "33 91", "T=xterm", "grüße-42");
    assertThat(peer.ended(channel).result()).hasToString("{\"exit\":7}");
  }

  @Test
  void nothingOfTheAgentsEnvironmentReachesAShell() {
    int channel = open();
    peer.data(channel, "env | cut -d= -f1 | sort | tr '\\n' ' '; echo done-$((1+1))\n");
    awaitText(channel, "done-2");
    assertThat(peer.text(channel)).contains("HOME", "LANG").doesNotContain("IOTTLY", "JAVA_HOME");
  }

  @Test
  void controlCInterruptsTheForegroundAndControlZStopsIt() {
    int channel = open();
    run(channel, "sleep 300");
    peer.data(channel, "\u0003");
    awaitText(channel, "^C");
    peer.data(channel, "echo code-$?\n");
    awaitText(channel, "code-130");
    run(channel, "sleep 302");
    peer.data(channel, "\u001a");
    await()
        .untilAsserted(() -> assertThat(peer.text(channel)).containsPattern("Stopped +sleep 302"));
  }

  @Test
  void aSignalReachesTheProgramInTheForegroundAlone() {
    int channel = open();
    run(channel, "sleep 303");
    peer.control(channel, Map.of("signal", "TERM"));
    awaitText(channel, "Terminated");
    peer.data(channel, "echo code-$?\n");
    awaitText(channel, "code-143");
  }

  private void run(int channel, String command) {
    peer.data(channel, command + "\n");
    String[] words = command.split(" ", 2);
    await().until(() -> isRunning(words[0], words[1]));
  }

  private static boolean isRunning(String name, String argument) {
    return ProcessHandle.allProcesses()
        .map(ProcessHandle::info)
        .anyMatch(info ->
            info.command().filter(command -> command.endsWith(name)).isPresent()
                && info.arguments().filter(all -> all[0].equals(argument)).isPresent());
  }

  @Test
  void aResizeReachesTheProgramThatRuns() {
    int channel = open();
    peer.data(channel, "trap 'stty size' WINCH; echo ready-$((1+1))\n");
    awaitText(channel, "ready-2");
    peer.control(channel, Map.of("resize", Map.of("columns", 132, "rows", 50)));
    peer.data(channel, "\n");
    awaitText(channel, "50 132");
  }

  @Test
  void aShellWhoseConnectionBrokeIsResumedWithoutAGap() throws Exception {
    int first = open();
    peer.data(first, "stty -echo; for i in 1 2 3; do echo line-$((i*11)); read x; done; exit 3\n");
    awaitText(first, "line-11");
    String session = session(first);
    long received = peer.bytes(first).length;
    reconnect();
    int second = resume(session, received);
    assertThat(peer.opened(second).get("position")).isEqualTo((int) received);
    peer.data(second, "\n\n\n");
    assertEnded(second, "ended");
    assertThat(peer.ended(second).result()).hasToString("{\"exit\":3}");
    assertThat(peer.text(second)).contains("line-22", "line-33").doesNotContain("line-11");
  }

  @Test
  void whatWasOnItsWayWhenTheConnectionBrokeIsSentAgain() throws Exception {
    peer.stingy();
    int first = peer.open("shell", 20_000, Map.of());
    peer.data(first, "stty -echo; PS1=; seq -w 1 99999; echo the-end\n");
    await().until(() -> peer.bytes(first).length == 20_000);
    byte[] received = Arrays.copyOf(peer.bytes(first), 15_000);
    String session = session(first);
    reconnect();
    int second = resume(session, received.length);
    awaitText(second, "the-end");
    String all = new String(received, UTF_8) + peer.text(second);
    assertThat(all.lines().filter(line -> line.matches("[0-9]{5}"))).hasSize(99_999);
  }

  @Test
  void aClientThatTakesNothingHoldsUpItsProgramAndNothingElse() {
    peer.stingy();
    int slow = peer.open("shell", 0, Map.of());
    peer.data(slow, "yes\n");
    int other = peer.open("shell", Map.of());
    peer.data(other, "echo other-$((1+1))\n");
    awaitText(other, "other-2");
    assertThat(peer.bytes(slow)).isEmpty();
    peer.send(new Frame.Credit(slow, 500_000));
    await().until(() -> peer.bytes(slow).length == 500_000);
  }

  @Test
  void aShellNobodyComesBackToIsEndedWithItsProcesses() throws Exception {
    limit(withTimes(LONG, LONG, Duration.ZERO));
    int channel = open();
    long child = startSleeper(channel);
    String session = session(channel);
    reconnect();
    awaitGone(child);
    await().untilAsserted(() -> assertEnded(resume(session, 0), "unknown_session"));
  }

  @Test
  void evenWhatIgnoresTheHangUpIsGoneAfterAShellsEnd() {
    int channel = open();
    long child = startSleeper(channel);
    peer.data(channel, "exit\n");
    assertEnded(channel, "ended");
    awaitGone(child);
  }

  private long startSleeper(int channel) {
    peer.data(channel, "(trap '' HUP; exec sleep 301) & echo child=$!.\n");
    await().untilAsserted(() -> assertThat(peer.text(channel)).containsPattern("child=\\d+\\."));
    return Long.parseLong(peer.text(channel).replaceAll("(?s).*child=(\\d+)\\..*", "$1"));
  }

  private static void awaitGone(long process) {
    await().until(() -> Files.notExists(Path.of("/proc/" + process)) || isZombie(process));
  }

  private static boolean isZombie(long process) throws IOException {
    return Files.readString(Path.of("/proc/" + process + "/stat")).contains(") Z ");
  }

  private static RemoteConfig.Shell withTimes(Duration idle, Duration longest, Duration grace) {
    return new RemoteConfig.Shell(true, 2, idle, longest, grace, 64 * 1024);
  }

  @Test
  void aShellThatItsClientClosesIsNotKept() throws Exception {
    int channel = open();
    String session = session(channel);
    peer.send(new Frame.End(channel, "closed", Payload.of("{}")));
    await().untilAsserted(() -> assertEnded(resume(session, 0), "unknown_session"));
  }

  @Test
  void aShellIsResumedByWhoOpenedItAlone() throws Exception {
    int channel = peer.open("shell", Map.of("by", Map.of("name", "user anna")));
    String session = session(channel);
    reconnect();
    assertEnded(resume(session, 0), "unknown_session");
    Map<String, Object> again = Map.of("resume", session, "by", Map.of("name", "user anna"));
    assertThat(peer.opened(peer.open("shell", again)).get("session")).isEqualTo(session);
  }

  @Test
  void aShellSeenByAnotherClientIsSeenByTheFirstNoMore() {
    int first = open();
    int second = resume(session(first), 0);
    peer.opened(second);
    assertEnded(first, "resumed_elsewhere");
    peer.data(second, "echo second-$((1+1))\n");
    awaitText(second, "second-2");
  }

  @Test
  void aShellInWhichNothingHappensIsEndedForThatReason() throws Exception {
    limit(withTimes(Duration.ofMillis(300), LONG, Duration.ZERO));
    assertEnded(open(), "idle");
  }

  @Test
  void aShellIsEndedAfterItsLongestTimeWhateverHappensInIt() throws Exception {
    limit(withTimes(LONG, Duration.ofMillis(700), Duration.ZERO));
    int channel = open();
    peer.data(channel, "while :; do echo busy; done\n");
    assertEnded(channel, "too_long");
  }

  @Test
  void oneShellMoreThanAllowedIsRefusedUntilOneEnds() {
    int first = open();
    open();
    assertRefused("too_many_sessions", Map.of());
    peer.data(first, "exit\n");
    await()
        .untilAsserted(() -> {
          int third = peer.open("shell", Map.of());
          await()
              .until(() ->
                  !peer.frames().stream().filter(f -> f.channel() == third).toList().isEmpty());
          assertThat(peer.all(third, Frame.Opened.class)).isNotEmpty();
        });
  }

  @Test
  void switchingShellsOffEndsThoseThatAreOpenAndRefusesOthers() {
    int channel = open();
    shells.configure(new RemoteConfig.Shell(false, 2, LONG, LONG, Duration.ZERO, 64 * 1024));
    assertEnded(channel, "disabled");
    assertRefused("disabled", Map.of());
  }

  @Test
  void whatIsAskedForWronglyIsRefusedByName() {
    assertRefused("bad_argument", Map.of("columns", 1001));
    assertRefused("bad_argument", Map.of("rows", "24"));
    assertRefused("bad_argument", Map.of("term", "x\ny"));
    assertRefused("unknown_session", Map.of("resume", "00"));
    int channel = open();
    peer.control(channel, Map.of("resize", Map.of("columns", 0)));
    assertEnded(channel, "bad_argument");
    assertThat(peer.ended(channel).result())
        .hasToString("{\"error\":\"columns is '0'; allowed: a whole number from 1 to 1000\"}");
  }
}
