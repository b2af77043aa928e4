package com.iottly.platform.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.Message;
import com.iottly.platform.core.MessageType;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.history.MemoryHistory;
import com.iottly.platform.telemetry.TelemetryQueries.Question;
import com.iottly.wire.Payload;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TelemetryQueriesTest {

  private static final ProjectId PROJECT = new ProjectId("a".repeat(24));
  private static final DeviceId DEVICE = new DeviceId(new UUID(0x1111_0000_4000L, 1));
  private static final DeviceId OTHER = new DeviceId(new UUID(0x1111_0000_4000L, 2));
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  private final MemoryHistory history = new MemoryHistory();
  private final AtomicLong nanos = new AtomicLong();
  private final TelemetryQueries telemetry =
      new TelemetryQueries(history, new TelemetryLimits(Duration.ofSeconds(5), 1), nanos::get);

  private void add(Instant made, Instant arrived, boolean trusted, String payload) {
    add(DEVICE, made, arrived, trusted, null, payload);
  }

  private void add(
      DeviceId device,
      Instant made,
      Instant arrived,
      boolean trusted,
      @Nullable String channel,
      String payload) {
    history.messages.add(
        new Message(
            history.messages.size() + 1L,
            PROJECT,
            device,
            arrived,
            made,
            trusted,
            MessageType.USERDEFINED,
            channel,
            Payload.of(payload)));
  }

  /** One that reached the platform at once. */
  private void add(Duration afterNoon, double value) {
    Instant made = NOON.plus(afterNoon);
    add(made, made.plusMillis(20), true, "{\"n\":" + value + "}");
  }

  private static Question hour(String... fields) {
    return new Question(
        List.of(DEVICE), List.of(fields), null, NOON, NOON.plus(Duration.ofHours(1)), 60);
  }

  private TelemetryResult.Found ask(Question question) {
    return (TelemetryResult.Found) telemetry.series(question);
  }

  /** The mean of each minute that has one. */
  private static Map<Integer, Double> means(TelemetryResult.Found found, int series) {
    Map<Integer, Double> means = new TreeMap<>();
    Series one = found.series().get(series);
    for (int i = 0; i < found.buckets().count(); i++) {
      if (one.count(i) > 0) {
        means.put(i, one.mean(i));
      }
    }
    return means;
  }

  @Test
  void aBucketHasTheLeastTheMostTheMeanAndHowManyThereWere() {
    add(Duration.ofSeconds(60), 3);
    add(Duration.ofSeconds(70), -5);
    add(Duration.ofSeconds(119), 4.5);
    Series series = ask(hour("n")).series().getFirst();
    assertThat(series.count(1)).isEqualTo(3);
    assertThat(series.min(1)).isEqualTo(-5);
    assertThat(series.max(1)).isEqualTo(4.5);
    assertThat(series.mean(1)).isEqualTo(2.5 / 3);
    assertThat(series.count(0)).isZero();
    assertThat(series.count(2)).isZero();
  }

  @Test
  void fromIsInclusiveToIsExclusiveAndAGapStaysOne() {
    add(Duration.ofMillis(-1), 1);
    add(Duration.ZERO, 2);
    add(Duration.ofMinutes(59), 3);
    add(Duration.ofMinutes(60), 4);
    assertThat(means(ask(hour("n")), 0)).isEqualTo(Map.of(0, 2.0, 59, 3.0));
  }

  @Test
  void whatWaitedInTheSpoolFillsTheGapItComesFrom() {
    add(Duration.ofMinutes(5), 5);
    Instant back = NOON.plus(Duration.ofHours(3));
    // The platform's own note of the connection comes first, and does not end the time.
    add(back, back, true, "{\"connectionstatus\":\"connected\"}");
    for (int minute = 6; minute < 180; minute++) {
      Instant made = NOON.plus(Duration.ofMinutes(minute));
      add(made, back.plusMillis(minute), true, "{\"n\":" + minute + "}");
    }
    Map<Integer, Double> means = means(ask(hour("n")), 0);
    assertThat(means).hasSize(55).containsEntry(5, 5.0).containsEntry(59, 59.0);
    assertThat(history.messages.size()).isEqualTo(176);
  }

  @Test
  void aClockThatTheDeviceDoesNotBelieveDoesNotCountNorDoesOneThatIsAhead() {
    Instant arrived = NOON.plus(Duration.ofMinutes(10));
    add(Instant.EPOCH, arrived, false, "{\"n\":1}");
    add(arrived.plus(Duration.ofDays(1)), arrived.plusSeconds(60), true, "{\"n\":2}");
    assertThat(means(ask(hour("n")), 0)).isEqualTo(Map.of(10, 1.0, 11, 2.0));
  }

  @Test
  void devicesAndFieldsHaveASeriesEachAndAChannelChooses() {
    Instant made = NOON.plusSeconds(60);
    add(DEVICE, made, made.plusMillis(1), true, "a", "{\"x\":1,\"y\":10}");
    add(OTHER, made, made.plusMillis(2), true, "b", "{\"x\":2}");
    Question both =
        new Question(
            List.of(DEVICE, OTHER), List.of("x", "y"), null, NOON, NOON.plusSeconds(3600), 60);
    TelemetryResult.Found found = ask(both);
    assertThat(found.series())
        .extracting(Series::device)
        .containsExactly(DEVICE, DEVICE, OTHER, OTHER);
    assertThat(found.series()).extracting(Series::field).containsExactly("x", "y", "x", "y");
    assertThat(means(found, 0)).isEqualTo(Map.of(1, 1.0));
    assertThat(means(found, 1)).isEqualTo(Map.of(1, 10.0));
    assertThat(means(found, 2)).isEqualTo(Map.of(1, 2.0));
    assertThat(means(found, 3)).isEmpty();
    Question onB =
        new Question(List.of(DEVICE, OTHER), List.of("x"), "b", NOON, NOON.plusSeconds(3600), 60);
    assertThat(means(ask(onB), 0)).isEmpty();
    assertThat(means(ask(onB), 1)).isEqualTo(Map.of(1, 2.0));
  }

  @Test
  void aQuestionThatTakesTooLongIsGivenUpAndTheNextOneIsAnswered() {
    for (int i = 0; i < 1_000; i++) {
      add(Duration.ofMillis(i), i);
    }
    TelemetryQueries slow =
        new TelemetryQueries(
            history,
            new TelemetryLimits(Duration.ofSeconds(5), 1),
            () -> nanos.addAndGet(Duration.ofSeconds(3).toNanos()));
    assertThat(slow.series(hour("n"))).isInstanceOf(TelemetryResult.TooSlow.class);
    assertThat(telemetry.series(hour("n"))).isInstanceOf(TelemetryResult.Found.class);
  }

  @Test
  void asManyQuestionsAsMayBeAreAnsweredAtOnceAndOthersAreToldSo() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    TelemetryQueries one =
        new TelemetryQueries(
            history,
            new TelemetryLimits(Duration.ofSeconds(5), 1),
            () -> {
              reading.countDown();
              try {
                assertThat(goOn.await(20, TimeUnit.SECONDS)).isTrue();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
              return 0;
            });
    Thread first = Thread.ofVirtual().start(() -> one.series(hour("n")));
    assertThat(reading.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(one.series(hour("n"))).isInstanceOf(TelemetryResult.Busy.class);
    goOn.countDown();
    first.join();
    assertThat(one.series(hour("n"))).isInstanceOf(TelemetryResult.Found.class);
  }

  @Test
  void theFieldsAreTheNumbersOfTheNewestMessagesWithTheirLastValue() {
    Instant made = NOON;
    add(DEVICE, made, made, true, null, "{\"t\":{\"old\":1}}");
    add(DEVICE, made, made.plusSeconds(1), true, "c", "{\"t\":{\"old\":2},\"s\":\"x\"}");
    add(
        DEVICE,
        made,
        made.plusSeconds(2),
        true,
        null,
        """
        {"t":{"old":3,"a.b":4,"a,b":5},"net":[{"interface":"eth0","rx":6},{"rx":7}],"ok":true}
        """);
    assertThat(telemetry.fields(DEVICE))
        .extracting(
            NumericField::path, NumericField::channel, NumericField::part, NumericField::value)
        .containsExactly(
            tuple("net.0.rx", null, "eth0", 6.0),
            tuple("net.1.rx", null, null, 7.0),
            tuple("t.old", null, null, 3.0),
            tuple("t.old", "c", null, 2.0));
    assertThat(telemetry.fields(OTHER)).isEmpty();
  }

  @Test
  void noMoreFieldsAreListedThanMayBe() {
    StringBuilder many = new StringBuilder("{\"n0\":0");
    for (int i = 1; i <= TelemetryLimits.LISTED; i++) {
      many.append(",\"n").append(i).append("\":").append(i);
    }
    add(NOON, NOON, true, many + "}");
    assertThat(telemetry.fields(DEVICE)).hasSize(TelemetryLimits.LISTED);
  }
}
