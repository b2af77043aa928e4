package com.iottly.agent.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.iottly.agent.Fixtures;
import com.iottly.agent.log.Log;
import com.iottly.agent.spool.Chunk;
import com.iottly.agent.spool.Spool;
import com.iottly.agent.spool.SpoolSettings;
import com.iottly.wire.Frame.Command;
import com.iottly.wire.Payload;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandsTest {

  @TempDir Path directory;
  private final Log log = Fixtures.quiet();
  private final AtomicLong nanos = new AtomicLong();
  private final Queue<String> runs = new ConcurrentLinkedQueue<>();
  private final CountDownLatch release = new CountDownLatch(1);
  private Path journal;
  private Spool spool;
  private Commands commands;

  @BeforeEach
  void open() {
    journal = directory.resolve("commands");
    spool =
        Spool.open(
            SpoolSettings.of(directory.resolve("spool"), 1 << 20, Duration.ofDays(30)),
            Fixtures.clock(),
            new Random(1),
            log);
    start();
  }

  private void start() {
    Map<String, CommandHandler> handlers =
        Map.of(
            "echo",
            new Echo(spool),
            "count",
            body -> {
              runs.add(body.toString());
              return new CommandResult.Succeeded(Payload.of("{\"n\":1}"));
            },
            "wait",
            _ -> {
              release.await();
              return new CommandResult.Succeeded(null);
            },
            "flood",
            _ -> new CommandResult.Succeeded(Payload.of("{\"x\":\"" + "x".repeat(300_000) + "\"}")),
            "throw",
            _ -> {
              throw new IllegalStateException("no fuel");
            });
    commands = Commands.open(journal, spool, handlers, nanos::get, Duration.ofMillis(10), log);
  }

  @AfterEach
  void close() {
    release.countDown();
    commands.close();
    spool.close();
  }

  private void accept(String id, String type, String body) {
    commands.accept(new Command(id, 1000, type, Payload.of(body)));
  }

  private List<String> spooled() {
    return spool.read(1, 10_000, 1 << 20).join() instanceof Chunk.Messages messages
        ? messages.messages().stream().map(message -> message.payload().toString()).toList()
        : List.of();
  }

  private void awaitSpooled(String... payloads) {
    await().untilAsserted(() -> assertThat(spooled()).containsExactly(payloads));
  }

  @Test
  void anEchoIsDeliveredAnsweredAndSucceeds() {
    accept("c1", "echo", "{\"echo\":{\"content\":\"hello\"}}");
    awaitSpooled(
        "{\"id\":\"c1\",\"state\":\"delivered\"}",
        "{\"ECHO\":{\"echo\":{\"content\":\"hello\"}}}",
        "{\"id\":\"c1\",\"state\":\"succeeded\"}");
  }

  @Test
  void anEchoGivesBackNumbersAsTheyCame() {
    accept("c1", "echo", "{\"echo\":{\"content\":[1.10,123456789012345678901234567890]}}");
    await()
        .untilAsserted(() ->
            assertThat(spooled())
                .contains(
                    "{\"ECHO\":{\"echo\":{\"content\":[1.10,123456789012345678901234567890]}}}"));
  }

  @Test
  void aCommandNobodyHandlesFailsWithASentence() {
    accept("c1", "dance", "{\"dance\":{}}");
    awaitSpooled(
        "{\"id\":\"c1\",\"state\":\"delivered\"}",
        "{\"id\":\"c1\",\"state\":\"failed\",\"error\":\"no handler for command 'dance' on this device\"}");
  }

  @Test
  void aHandlerThatThrowsIsAFailure() {
    accept("c1", "throw", "{\"throw\":{}}");
    await().untilAsserted(() -> assertThat(spooled()).last().asString().contains("no fuel"));
  }

  @Test
  void aResultThatIsTooLargeIsAFailure() {
    accept("c1", "flood", "{}");
    await().untilAsserted(() -> assertThat(spooled()).last().asString().contains("too large"));
  }

  @Test
  void aResultIsAnswered() {
    accept("c1", "count", "{}");
    await()
        .untilAsserted(() ->
            assertThat(spooled())
                .contains("{\"id\":\"c1\",\"state\":\"succeeded\",\"result\":{\"n\":1}}"));
  }

  @Test
  void aCommandThatComesAgainIsNotRunAgain() {
    accept("c1", "count", "{\"a\":1}");
    accept("c1", "count", "{\"a\":1}");
    accept("c2", "count", "{\"b\":1}");
    await().until(() -> spooled().size() == 4);
    assertThat(runs).containsExactly("{\"a\":1}", "{\"b\":1}");
  }

  @Test
  void aCommandThatComesAgainAfterARestartIsNotRunAgain() {
    accept("c1", "count", "{\"a\":1}");
    await().until(() -> spooled().size() == 2);
    commands.close();
    start();
    accept("c1", "count", "{\"a\":1}");
    accept("c2", "count", "{\"b\":1}");
    await().until(() -> spooled().size() == 4);
    assertThat(runs).containsExactly("{\"a\":1}", "{\"b\":1}");
  }

  @Test
  void aCommandWhoseTimeRanOutWhileItWaitedIsNotRun() {
    accept("c1", "wait", "{}");
    await().until(() -> spooled().size() == 1);
    accept("c2", "count", "{}");
    nanos.addAndGet(Duration.ofMillis(1000).toNanos());
    release.countDown();
    await().until(() -> spooled().size() == 3);
    assertThat(spooled()).last().asString().contains("c2", "failed", "expired");
    assertThat(runs).isEmpty();
  }

  @Test
  void aCommandThatACrashInterruptedIsAnsweredAndNeverRunAgain() throws IOException {
    commands.close();
    try (CommandJournal half = CommandJournal.open(journal, log)) {
      half.note("c1", CommandJournal.Step.STARTED, null);
    }
    start();
    awaitSpooled("{\"id\":\"c1\",\"state\":\"failed\",\"error\":\"interrupted\"}");
    accept("c1", "count", "{}");
    accept("c2", "count", "{\"b\":1}");
    await().until(() -> spooled().size() == 3);
    assertThat(runs).containsExactly("{\"b\":1}");
  }

  @Test
  void aResultThatACrashKeptFromTheSpoolIsAnsweredAfterTheRestart() throws IOException {
    commands.close();
    String reply = "{\"id\":\"c1\",\"state\":\"succeeded\"}";
    try (CommandJournal half = CommandJournal.open(journal, log)) {
      half.note("c1", CommandJournal.Step.STARTED, null);
      half.note("c1", CommandJournal.Step.FINISHED, Payload.of(reply));
    }
    start();
    awaitSpooled(reply);
    commands.close();
    start();
    accept("c2", "count", "{}");
    await().until(() -> spooled().size() == 3);
    assertThat(spooled()).filteredOn(reply::equals).hasSize(1);
  }

  @Test
  void aTornLastNoteIsCutOff() throws IOException {
    accept("c1", "count", "{}");
    await().until(() -> spooled().size() == 2);
    commands.close();
    try (var file = new RandomAccessFile(journal.toFile(), "rw")) {
      file.setLength(file.length() + 5);
    }
    start();
    accept("c1", "count", "{}");
    accept("c2", "count", "{}");
    await().until(() -> runs.size() == 2);
  }

  @Test
  void theLastThousandCommandsAreRememberedInAFileThatStaysSmall() throws IOException {
    commands.close();
    long largest = 0;
    try (CommandJournal busy = CommandJournal.open(journal, log)) {
      for (int i = 0; i < 3500; i++) {
        for (CommandJournal.Step step : CommandJournal.Step.values()) {
          busy.note("command-" + i, step, null);
        }
        largest = Math.max(largest, Files.size(journal));
      }
    }
    assertThat(largest).isLessThan(400_000);
    try (CommandJournal again = CommandJournal.open(journal, log)) {
      assertThat(IntStream.range(2500, 3500).mapToObj(i -> "command-" + i)).allMatch(again::knows);
      assertThat(again.knows("command-0")).isFalse();
    }
    start();
  }
}
