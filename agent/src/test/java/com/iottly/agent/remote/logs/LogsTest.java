package com.iottly.agent.remote.logs;

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
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogsTest {

  @TempDir private Path folder;

  private Path file;
  private Path own;
  private Logs logs;
  private ChannelPeer peer;

  @BeforeEach
  void allowAFileAndAUnit() throws IOException {
    file = folder.resolve("app.log");
    own = folder.resolve("agent/agent.log");
    Files.createDirectories(own.getParent());
    Files.writeString(own, "2026-01-01T00:00:00Z info [main] started\n");
    Files.writeString(file, numbered(1, 100));
    logs = new Logs(rules(true, 1000, 2), own, System::nanoTime, Fixtures.quiet());
    peer = new ChannelPeer(logs);
  }

  private RemoteConfig.Logs rules(boolean enabled, int perSecond, int sessions) {
    return new RemoteConfig.Logs(
        enabled, List.of(file), List.of("cron.service"), perSecond, sessions);
  }

  @AfterEach
  void disconnect() throws InterruptedException {
    peer.close();
  }

  private static String numbered(int from, int through) {
    return IntStream.rangeClosed(from, through)
        .mapToObj("line %d\n"::formatted)
        .collect(Collectors.joining());
  }

  private int tail(Map<String, ?> arguments) {
    return peer.open("logs", arguments);
  }

  private int follow(Path path) {
    int channel = tail(Map.of("file", path.toString(), "follow", true));
    peer.opened(channel);
    await().untilAsserted(() -> assertThat(peer.text(channel)).contains("line 100\n"));
    return channel;
  }

  private void append(Path path, String text) throws IOException {
    Files.writeString(path, text, StandardOpenOption.APPEND, StandardOpenOption.CREATE);
  }

  private void awaitText(int channel, String text) {
    await().untilAsserted(() -> assertThat(peer.text(channel)).isEqualTo(text));
  }

  private void assertEnded(int channel, String code) {
    assertThat(peer.ended(channel).code()).as(peer.ended(channel).toString()).isEqualTo(code);
  }

  @Test
  void theLastLinesOfAFileAndThenItsEnd() {
    int channel = tail(Map.of("file", file.toString(), "lines", 3));
    assertEnded(channel, "ended");
    assertThat(peer.text(channel)).isEqualTo(numbered(98, 100));
    assertThat(peer.ended(channel).result().toString()).contains("\"lines\":3");
  }

  @Test
  void aFollowedFileGoesOnOverRenamingAndOverCopyTruncate() throws IOException {
    int channel = follow(file);
    append(file, "line 101\n");
    Files.move(file, folder.resolve("app.log.1"));
    append(folder.resolve("app.log.1"), "line 102\n");
    awaitText(channel, numbered(91, 102));
    append(file, "line 103\n");
    awaitText(channel, numbered(91, 103));
    Files.copy(file, folder.resolve("app.log.2"));
    Files.write(file, new byte[0]);
    await().until(() -> Files.size(file) == 0);
    append(file, "104\n");
    awaitText(channel, numbered(91, 103) + "104\n");
  }

  @Test
  void aLineThatIsBeingWrittenIsShownWhenItIsWhole() throws IOException {
    int channel = follow(file);
    append(file, "li");
    append(file, "ne 101\nline");
    awaitText(channel, numbered(91, 101));
  }

  @Test
  void linesAreChosenOnTheDevice() throws IOException {
    int channel = tail(Map.of("file", file.toString(), "grep", "line .5$", "lines", 2));
    assertEnded(channel, "ended");
    assertThat(peer.text(channel)).isEqualTo("line 85\nline 95\n");
    append(own, "2026-01-01T00:00:01Z warn [main] careful\n2026-01-01T00:00:02Z info [x] y\n");
    int warnings = tail(Map.of("level", "warn"));
    assertEnded(warnings, "ended");
    assertThat(peer.text(warnings)).isEqualTo("2026-01-01T00:00:01Z warn [main] careful\n");
  }

  @Test
  void theAgentsOwnLogIsThereWithoutAnEntryAndWithWhatWasJustRotated() throws IOException {
    Files.move(own, own.resolveSibling("agent.log.1"));
    append(own, "2026-01-01T00:00:01Z info [main] rotated\n");
    int channel = tail(Map.of());
    assertEnded(channel, "ended");
    assertThat(peer.text(channel)).contains("started\n", "rotated\n");
  }

  @Test
  void linesBeyondTheRateAreCountedAndLeftOut() throws Exception {
    peer.close();
    logs = new Logs(rules(true, 5, 2), own, () -> 0, Fixtures.quiet());
    peer = new ChannelPeer(logs);
    int channel = follow(file);
    append(file, numbered(101, 120));
    await().untilAsserted(() -> assertThat(peer.controls(channel)).isNotEmpty());
    assertThat(peer.text(channel)).isEqualTo(numbered(91, 105));
    assertThat(peer.controls(channel)).containsExactly(Map.of("left_out", 15));
  }

  @Test
  void onlyTheEndOfAVeryLongFileIsLookedThrough() throws IOException {
    String line = "x".repeat(1023) + "\n";
    Files.writeString(file, "first\n" + line.repeat(8 * 1024) + "last\n");
    int channel = tail(Map.of("file", file.toString(), "grep", "st", "lines", 5));
    assertEnded(channel, "ended");
    assertThat(peer.text(channel)).isEqualTo("last\n");
  }

  @Test
  void anOverlongLineIsCutAndTheNextIsWhole() throws IOException {
    Files.writeString(file, "y".repeat(FileSource.MAX_LINE + 1) + "\nnext\n");
    int channel = tail(Map.of("file", file.toString()));
    assertEnded(channel, "ended");
    assertThat(peer.text(channel)).isEqualTo("y".repeat(FileSource.MAX_LINE) + "\nnext\n");
  }

  @Test
  void aUnitsJournalIsReadWithJournalctl() {
    int channel = tail(Map.of("unit", "cron.service", "level", "info"));
    assertEnded(channel, "ended");
  }

  @Test
  void whatIsNotAllowedIsRefusedByName() throws IOException {
    Path secret = folder.resolve("secret");
    Files.writeString(secret, "secret\n");
    assertEnded(tail(Map.of("file", secret.toString())), "not_allowed");
    assertEnded(tail(Map.of("file", folder + "/x/../app.log")), "bad_path");
    assertEnded(tail(Map.of("unit", "ssh.service")), "not_allowed");
    Files.delete(file);
    assertEnded(tail(Map.of("file", file.toString())), "not_found");
    Files.createSymbolicLink(file, secret);
    int link = tail(Map.of("file", file.toString()));
    assertEnded(link, "not_allowed");
    assertThat(peer.ended(link).result().toString()).contains("symbolic link");
  }

  @Test
  void whatIsAskedForWronglyIsRefusedByName() {
    String path = file.toString();
    assertEnded(tail(Map.of("lines", 10_001)), "bad_argument");
    assertEnded(tail(Map.of("grep", "(")), "bad_argument");
    assertEnded(tail(Map.of("grep", "x".repeat(257))), "bad_argument");
    assertEnded(tail(Map.of("level", "loud")), "bad_argument");
    assertEnded(tail(Map.of("file", path, "level", "warn")), "bad_argument");
    assertEnded(tail(Map.of("file", path, "unit", "cron.service")), "bad_argument");
    assertEnded(tail(Map.of("follow", "yes")), "bad_argument");
  }

  @Test
  void oneTailMoreThanAllowedIsRefused() {
    follow(file);
    int second = follow(file);
    assertEnded(tail(Map.of()), "too_many_sessions");
    peer.send(new Frame.End(second, "closed", Payload.of("{}")));
    await().untilAsserted(() -> assertEnded(tail(Map.of("file", file.toString())), "ended"));
  }

  @Test
  void whatIsNotAllowedAnyMoreEndsAtOnce() {
    int allowed = tail(Map.of("follow", true));
    int channel = follow(file);
    logs.configure(new RemoteConfig.Logs(true, List.of(), List.of(), 1000, 2), own);
    assertEnded(channel, "not_allowed");
    assertThat(peer.all(allowed, Frame.End.class)).isEmpty();
    logs.configure(rules(false, 1000, 2), own);
    assertEnded(allowed, "disabled");
  }
}
