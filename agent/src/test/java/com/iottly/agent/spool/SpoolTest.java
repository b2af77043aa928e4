package com.iottly.agent.spool;

import static com.iottly.agent.Fixtures.clock;
import static com.iottly.agent.Fixtures.quiet;
import static com.iottly.agent.Fixtures.telemetry;
import static com.iottly.agent.Fixtures.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.iottly.agent.Fixtures;
import com.iottly.agent.clock.DeviceClock;
import com.iottly.wire.Epoch;
import com.iottly.wire.Frame.DeviceMessage;
import com.iottly.wire.Payload;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {

  private static final int CAP = 1024 * 1024;

  @TempDir Path directory;
  private Spool spool;

  @BeforeEach
  void openSpool() {
    spool = open(clock());
  }

  @AfterEach
  void closeSpool() {
    spool.close();
  }

  private Spool open(DeviceClock clock) {
    return Spool.open(
        SpoolSettings.of(directory, CAP, Duration.ofDays(30)), clock, new Random(1), quiet());
  }

  private void reopen() {
    spool.close();
    spool = open(clock());
  }

  private long store(DeviceMessage message) {
    return ((AppendOutcome.Stored) spool.append(message).join()).sequence();
  }

  private static DeviceMessage big(boolean telemetry, int bytes) {
    String payload = "{\"x\":\"" + "x".repeat(bytes) + "\"}";
    return telemetry ? telemetry(payload) : user(payload);
  }

  private Chunk read(long from) {
    return spool.read(from, 1000, 1024 * 1024).join();
  }

  private List<String> payloads(long from) {
    return ((Chunk.Messages) read(from))
        .messages().stream().map(message -> message.payload().toString()).toList();
  }

  private Path segment(String lane) throws IOException {
    try (var files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(lane))
          .sorted()
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void messagesAreNumberedFromOneAndReadBackInOrderAcrossBothLanes() {
    assertThat(store(user("{\"n\":1}"))).isEqualTo(1);
    assertThat(store(telemetry("{\"n\":2}"))).isEqualTo(2);
    assertThat(store(user("{\"n\":3}"))).isEqualTo(3);

    assertThat(payloads(1)).containsExactly("{\"n\":1}", "{\"n\":2}", "{\"n\":3}");
    assertThat(payloads(3)).containsExactly("{\"n\":3}");
    assertThat(read(4)).isEqualTo(new Chunk.Nothing());
  }

  @Test
  void aMessageKeepsItsChannelClockAndKind() {
    DeviceMessage message =
        new DeviceMessage(
            com.iottly.wire.Frame.Kind.COMMAND_REPLY, -5, false, "città", Payload.of("{\"è\":1}"));
    store(message);
    reopen();
    assertThat(((Chunk.Messages) read(1)).messages()).containsExactly(message);
  }

  @Test
  void epochAndNumberingSurviveAReopening() {
    store(user("{}"));
    Epoch epoch = spool.status().epoch();
    reopen();
    assertThat(spool.status().epoch()).isEqualTo(epoch);
    assertThat(store(user("{}"))).isEqualTo(2);
  }

  @Test
  void numberingGoesOnWhenEverythingWasAcknowledgedAndRemoved() {
    for (int i = 0; i < 10; i++) {
      store(big(false, 50_000));
    }
    spool.acknowledge(10);
    assertThat(spool.greeting().join().next()).isEqualTo(11);
    assertThat(spool.status().bytes()).isLessThan(64 * 1024);
    reopen();
    assertThat(store(user("{}"))).isEqualTo(11);
  }

  @Test
  void aReadStopsAtItsLimitsButGivesOneMessageAtLeast() {
    for (int i = 0; i < 5; i++) {
      store(big(false, 1000));
    }
    assertThat(((Chunk.Messages) spool.read(1, 2, 1 << 20).join()).messages()).hasSize(2);
    assertThat(((Chunk.Messages) spool.read(1, 9, 2100).join()).messages()).hasSize(2);
    assertThat(((Chunk.Messages) spool.read(1, 9, 1).join()).messages()).hasSize(1);
  }

  @Test
  void overTheCapTheOldestTelemetryIsDroppedFirstAndDeclaredMissing() {
    store(user("{\"keep\":1}"));
    for (int i = 0; i < 40; i++) {
      store(big(true, 50_000));
    }
    assertThat(spool.status().bytes()).isLessThanOrEqualTo(CAP);
    assertThat(spool.status().droppedTelemetry()).isPositive();
    assertThat(spool.status().droppedOthers()).isZero();
    assertThat(payloads(1)).containsExactly("{\"keep\":1}");
    assertThat(read(2))
        .isInstanceOfSatisfying(
            Chunk.Missing.class,
            missing -> {
              assertThat(missing.from()).isEqualTo(2);
              assertThat(missing.through() - missing.from() + 1)
                  .isEqualTo(spool.status().droppedTelemetry());
              assertThat(missing.reason()).contains("limit");
            });
  }

  @Test
  void gapsAreDeclaredAfterAReopeningToo() {
    for (int i = 0; i < 40; i++) {
      store(big(true, 50_000));
    }
    Chunk before = read(1);
    assertThat(before).isInstanceOf(Chunk.Missing.class);
    reopen();
    assertThat(read(1)).isEqualTo(before);
    assertThat(spool.status().droppedTelemetry()).isPositive();
  }

  @Test
  void telemetryNeverPushesOutUserMessages() {
    for (int i = 0; i < 40; i++) {
      store(big(false, 50_000));
    }
    long dropped = spool.status().droppedOthers();
    assertThat(dropped).isPositive();
    AppendOutcome outcome = spool.append(big(true, 200_000)).join();
    assertThat(outcome).isInstanceOf(AppendOutcome.Full.class);
    assertThat(spool.status().droppedOthers()).isEqualTo(dropped);
    assertThat(spool.status().droppedTelemetry()).isEqualTo(1);
  }

  @Test
  void messagesOlderThanTheAgeLimitAreDropped() {
    var now = new AtomicReference<Instant>(Fixtures.NOW);
    spool.close();
    spool = open(clock(now::get));
    store(user("{\"old\":1}"));
    now.set(Fixtures.NOW.plus(Duration.ofDays(31)));
    await().until(() -> spool.status().droppedOthers() == 1);
    assertThat(read(1)).isInstanceOf(Chunk.Missing.class);
    assertThat(store(user("{}"))).isEqualTo(2);
  }

  @Test
  void aClockFromBeforeTheBuildDropsNothing() {
    spool.close();
    var now = new AtomicReference<Instant>(Instant.EPOCH);
    spool = open(clock(now::get));
    store(user("{\"early\":1}"));
    now.set(Fixtures.NOW.plus(Duration.ofDays(31)));
    reopen();
    assertThat(payloads(1)).containsExactly("{\"early\":1}");
  }

  @Test
  void aTornTailIsCutOff() throws IOException {
    store(user("{\"n\":1}"));
    store(user("{\"n\":2}"));
    spool.close();
    Path segment = segment("messages");
    try (var file = new RandomAccessFile(segment.toFile(), "rw")) {
      file.setLength(file.length() - 3);
    }
    spool = open(clock());
    assertThat(payloads(1)).containsExactly("{\"n\":1}");
    assertThat(store(user("{\"n\":\"again\"}"))).isEqualTo(2);
    assertThat(payloads(2)).containsExactly("{\"n\":\"again\"}");
  }

  @Test
  void damageInTheMiddleCostsTheDamagedMessagesOnlyAndIsDeclaredMissing() throws IOException {
    for (int n = 1; n <= 5; n++) {
      store(user("{\"n\":" + n + "}"));
    }
    spool.close();
    Path segment = segment("messages");
    long record = Files.size(segment) / 5;
    try (var file = new RandomAccessFile(segment.toFile(), "rw")) {
      file.seek(2 * record + 20);
      file.write(0xff);
    }
    spool = open(clock());
    assertThat(payloads(1)).containsExactly("{\"n\":1}", "{\"n\":2}");
    assertThat(read(3))
        .isInstanceOfSatisfying(
            Chunk.Missing.class,
            missing -> {
              assertThat(missing.from()).isEqualTo(3);
              assertThat(missing.through()).isEqualTo(3);
              assertThat(missing.reason()).contains("damaged");
            });
    assertThat(payloads(4)).containsExactly("{\"n\":4}", "{\"n\":5}");
  }

  @Test
  void aPlatformThatIsFurtherGetsANewEpochThatStartsWithWhatWaits() {
    for (int n = 1; n <= 4; n++) {
      store(user("{\"n\":" + n + "}"));
    }
    spool.acknowledge(2);
    Epoch before = spool.status().epoch();
    assertThat(spool.resume(9).join())
        .isInstanceOfSatisfying(
            Resume.Renewed.class, renewed -> assertThat(renewed.epoch()).isNotEqualTo(before));
    assertThat(spool.greeting().join().next()).isEqualTo(1);
    assertThat(payloads(1)).containsExactly("{\"n\":3}", "{\"n\":4}");
    assertThat(store(user("{\"n\":5}"))).isEqualTo(3);
    reopen();
    assertThat(spool.status().epoch()).isNotEqualTo(before);
    assertThat(payloads(1)).containsExactly("{\"n\":3}", "{\"n\":4}", "{\"n\":5}");
  }

  @Test
  void aPlatformThatLostWhatItAcknowledgedIsToldSo() {
    for (int i = 0; i < 10; i++) {
      store(big(false, 50_000));
    }
    spool.acknowledge(10);
    assertThat(spool.resume(4).join()).isEqualTo(new Resume.From(5));
    assertThat(read(5))
        .isInstanceOfSatisfying(
            Chunk.Missing.class,
            missing -> {
              assertThat(missing.through()).isEqualTo(10);
              assertThat(missing.reason()).contains("acknowledged");
            });
  }

  @Test
  void aMissingEpochFileMeansANewEpochAndLosesNothing() throws IOException {
    store(user("{\"n\":1}"));
    Epoch before = spool.status().epoch();
    spool.close();
    Files.delete(directory.resolve("epoch"));
    spool =
        Spool.open(
            SpoolSettings.of(directory, CAP, Duration.ofDays(30)), clock(), new Random(2), quiet());
    assertThat(spool.status().epoch()).isNotEqualTo(before);
    assertThat(payloads(1)).containsExactly("{\"n\":1}");
  }

  @Test
  void aDirectoryHasOneOwner() {
    assertThatThrownBy(() -> open(clock()))
        .isInstanceOf(SpoolException.class)
        .hasMessageContaining(directory.toString());
  }

  @Test
  void whatThePlatformWouldRefuseIsRefusedAtOnce() {
    spool.limitPayload(100);
    assertThat(spool.append(big(false, 101)).join())
        .isInstanceOfSatisfying(
            AppendOutcome.Refused.class, refused -> assertThat(refused.reason()).contains("100"));
    assertThat(
            spool
                .append(
                    new DeviceMessage(
                        com.iottly.wire.Frame.Kind.USERDEFINED,
                        0,
                        true,
                        "c".repeat(256),
                        Payload.of("{}")))
                .join())
        .isInstanceOf(AppendOutcome.Refused.class);
    assertThat(spool.status().last()).isZero();
  }

  @Test
  void aDirectoryThatGoesAwayIsAnOutcomeAndTheSpoolLivesOn() throws IOException {
    store(user("{}"));
    Path away = directory.resolveSibling(directory.getFileName() + "-away");
    Files.move(directory, away);
    List<AppendOutcome> outcomes = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      outcomes.add(spool.append(big(false, 50_000)).join());
    }
    assertThat(outcomes).last().isInstanceOf(AppendOutcome.Failed.class);
    Files.move(away, directory);
    assertThat(spool.append(user("{\"back\":1}")).join()).isInstanceOf(AppendOutcome.Stored.class);
  }

  @Test
  void appendsAfterTheCloseFail() {
    spool.close();
    assertThat(spool.append(user("{}")).join()).isInstanceOf(AppendOutcome.Failed.class);
  }
}
