package com.iottly.platform.webhook;

import static com.iottly.platform.core.Samples.PROJECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.iottly.platform.core.Entry;
import com.iottly.platform.core.Message;
import com.iottly.platform.core.MessageId;
import com.iottly.platform.core.RetentionPolicy;
import com.iottly.platform.core.Samples;
import com.iottly.platform.server.TestEndpoint;
import com.iottly.platform.webhook.Webhook.State;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What hours and days do to a webhook. */
class WebhookTimeTest {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private Room room;
  private TestEndpoint endpoint;

  @BeforeEach
  void open(@TempDir Path folder) {
    room = new Room(folder);
    endpoint = new TestEndpoint();
  }

  @AfterEach
  void close() {
    endpoint.close();
    room.close();
  }

  private List<String> bodies() {
    return endpoint.taken().stream()
        .map(request -> request.body().replaceFirst(".*\"payload\":(.*)}}", "$1"))
        .toList();
  }

  private void awaitBodies(String... bodies) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(bodies()).containsExactly(bodies));
  }

  private Instant nextTry(WebhookId id) {
    return room.database()
        .read(handle ->
            handle
                .createQuery("SELECT next_try FROM webhook_parked WHERE webhook_id = :id")
                .bind("id", id.value())
                .mapTo(Long.class)
                .findOne())
        .map(Instant::ofEpochMilli)
        .orElse(Instant.EPOCH);
  }

  /** Goes to the time of the next try and waits until it was made; false when there is none. */
  private boolean tryAgain(WebhookId id) {
    Instant next = nextTry(id);
    if (next.equals(Instant.EPOCH)) {
      return false;
    }
    room.clock.set(next);
    await().atMost(PATIENCE).until(() -> !nextTry(id).equals(next));
    return true;
  }

  @Test
  void aMessageThatIsNotTakenFor75HoursIsADeadLetterAndItsDeviceGoesOn() {
    WebhookId id = room.create(endpoint);
    endpoint.answers(request -> request.body().contains("{\"n\":1}") ? 500 : 200);
    Instant start = room.clock.instant();
    room.append(1, 1, 2);
    await().atMost(PATIENCE).until(() -> !nextTry(id).equals(Instant.EPOCH));
    assertThat(Duration.between(start, nextTry(id)))
        .isBetween(Duration.ofMillis(4_500), Duration.ofMillis(5_500));
    while (room.standing(id).deadLetters() == 0) {
      assertThat(tryAgain(id) || room.standing(id).deadLetters() == 1).isTrue();
    }
    awaitBodies("{\"n\":2}");
    assertThat(Duration.between(start, room.clock.instant()))
        .isBetween(Duration.ofHours(73), Duration.ofHours(75));
    DeadLetter letter =
        room.webhooks().deadLetters(PROJECT, id, new MessageId(0, 0), 10).orElseThrow().getFirst();
    assertThat(letter.attempts()).isBetween(70, 100);
    assertThat(letter.problem()).isEqualTo("answered 500");

    assertThat(room.webhooks().redeliver(PROJECT, id, letter.device(), letter.message()))
        .isInstanceOfSatisfying(
            Redelivery.Sent.class, sent -> assertThat(sent.attempt().status()).isEqualTo(500));
    assertThat(room.standing(id).deadLetters()).isEqualTo(1);
    endpoint.answers(200);
    assertThat(room.webhooks().redeliver(PROJECT, id, letter.device(), letter.message()))
        .isInstanceOf(Redelivery.Sent.class);
    awaitBodies("{\"n\":2}", "{\"n\":1}");
    assertThat(room.standing(id).deadLetters()).isZero();
  }

  @Test
  void fiveDaysOfNothingButFailuresDisableTheWebhookAndResumingLosesNothing() {
    WebhookId id = room.create(endpoint);
    endpoint.answers(500);
    room.append(1, 1, 2, 3);
    await().atMost(PATIENCE).until(() -> !nextTry(id).equals(Instant.EPOCH));
    Instant since = room.standing(id).failingSince();
    room.clock.set(since.plus(Duration.ofDays(5)));
    await().atMost(PATIENCE).until(() -> room.standing(id).deadLetters() == 1);
    assertThat(room.standing(id).state()).isEqualTo(State.ACTIVE);
    room.clock.advance(HOUR);
    await().atMost(PATIENCE).until(() -> room.standing(id).state() == State.DISABLED);
    assertThat(room.standing(id).reason())
        .contains("nothing but failures since " + since, "answered 500");
    room.restart();
    assertThat(room.standing(id).state()).isEqualTo(State.DISABLED);
    endpoint.answers(200);
    assertThat(room.webhooks().resume(PROJECT, id)).isInstanceOf(Changed.Done.class);
    awaitBodies("{\"n\":2}", "{\"n\":3}");
    assertThat(room.standing(id).failingSince()).isNull();
  }

  @Test
  void afterAnOutageOneSuccessBringsAllRetriesForward() {
    WebhookId id = room.create(endpoint);
    endpoint.answers(500);
    for (int device = 1; device <= 20; device++) {
      room.append(device, device);
    }
    await().atMost(PATIENCE).until(() -> room.standing(id).parked() == 20);
    endpoint.answers(request -> request.body().contains("{\"n\":100}") ? 200 : 500);
    room.clock.advance(Duration.ofMinutes(2));
    endpoint.answers(200);
    room.append(100, 100);
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(bodies()).hasSize(21));
  }

  @Test
  void aSecretThatWasReplacedSignsForADayLonger() {
    WebhookId id = room.create(endpoint);
    assertThat(room.webhooks().rotateSecret(PROJECT, id)).isInstanceOf(Changed.Done.class);
    room.clock.advance(Duration.ofHours(24).minusMillis(1));
    assertThat(room.webhooks().test(PROJECT, id)).isPresent();
    room.clock.advance(Duration.ofMillis(1));
    assertThat(room.webhooks().test(PROJECT, id)).isPresent();
    assertThat(endpoint.taken())
        .extracting(request -> request.headers().get("webhook-signature").split(" ").length)
        .containsExactly(2, 1);
  }

  @Test
  void whatRetentionDeletesBeforeItWasSentIsCountedAndNeverLeftOutInSilence() {
    WebhookId id = room.create(endpoint);
    room.append(1, 1, 2);
    awaitBodies("{\"n\":1}", "{\"n\":2}");
    endpoint.answers(500);
    room.append(1, 3, 4, 5);
    await().atMost(PATIENCE).until(() -> room.standing(id).parked() == 1);
    assertThat(room.webhooks().pause(PROJECT, id)).isInstanceOf(Changed.Done.class);
    room.append(2, 6, 7);
    room.clock.advance(Duration.ofHours(2));
    room.append(2, 8);
    assertThat(
            room.store()
                .retention()
                .run(_ -> new RetentionPolicy(HOUR, null), room.webhooks(), Long.MAX_VALUE)
                .entries())
        .isEqualTo(7);
    assertThat(room.standing(id).missed()).isEqualTo(5);
    room.restart();
    endpoint.answers(200);
    assertThat(room.webhooks().resume(PROJECT, id)).isInstanceOf(Changed.Done.class);
    awaitBodies("{\"n\":1}", "{\"n\":2}", "{\"n\":8}");
    await().atMost(PATIENCE).until(() -> room.standing(id).parked() == 0);
    assertThat(room.standing(id).missed()).isEqualTo(5);
  }

  @Test
  void whatAWebhookHasSentIsNotMissed() {
    WebhookId id = room.create(endpoint);
    room.append(1, 1, 2);
    awaitBodies("{\"n\":1}", "{\"n\":2}");
    await()
        .atMost(PATIENCE)
        .until(() ->
            room.webhooks().deliveries(PROJECT, id, Long.MAX_VALUE, 10).orElseThrow().size() == 2);
    List<Entry> entries = Samples.entries(room.journal());
    room.webhooks().going(entries);
    assertThat(room.standing(id).missed()).isZero();
  }

  @Test
  void theLogKeepsTheNewestAttemptsOfAWeek() {
    WebhookId id = room.create(endpoint);
    room.append(1, LongStream.rangeClosed(1, 600).toArray());
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(bodies()).hasSize(600));
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> {
          List<Delivery> log =
              room.webhooks().deliveries(PROJECT, id, Long.MAX_VALUE, 1_000).orElseThrow();
          assertThat(log).hasSize(500);
          assertThat(log.getFirst().number()).isEqualTo(600);
        });
    room.clock.advance(Duration.ofDays(7).plusMillis(1));
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(room.webhooks().deliveries(PROJECT, id, Long.MAX_VALUE, 1_000).orElseThrow())
                .isEmpty());
  }

  @Test
  void onlyTheNewestDeadLettersAreKept(@TempDir Path folder) {
    WebhookLimits defaults = WebhookLimits.defaults();
    WebhookLimits impatient =
        new WebhookLimits(
            defaults.timeout(),
            defaults.inFlight(),
            defaults.window(),
            defaults.windowBytes(),
            defaults.parkedDevices(),
            defaults.firstRetry(),
            defaults.longestRetry(),
            Duration.ZERO,
            defaults.disableAfter(),
            defaults.secretOverlap(),
            defaults.deliveriesKept(),
            defaults.deliveriesAge(),
            3,
            defaults.checkpointInterval());
    try (Room other = new Room(folder, impatient)) {
      WebhookId id = other.create(endpoint);
      endpoint.answers(request -> request.body().contains("{\"n\":6}") ? 200 : 500);
      other.append(1, 1, 2, 3, 4, 5, 6);
      awaitBodies("{\"n\":6}");
      List<DeadLetter> letters =
          other.webhooks().deadLetters(PROJECT, id, new MessageId(0, 0), 10).orElseThrow();
      assertThat(letters)
          .extracting(DeadLetter::message)
          .containsExactlyElementsOf(
              Samples.entries(other.journal()).subList(2, 5).stream()
                  .map(entry -> ((Message) entry).id())
                  .toList());
    }
  }

  @Test
  void triesComeTwiceAsFarApartEachTimeUpToAnHourAndNotBeforeTheEndpointAsks() {
    long seed = Samples.seed();
    Backoff backoff = new Backoff(WebhookLimits.defaults(), new Random(seed));
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    for (int attempt = 1; attempt <= 100; attempt++) {
      long seconds = Math.min(3_600, 5L << Math.min(20, attempt - 1));
      assertThat(Duration.between(now, backoff.next(now, attempt, null)))
          .as("attempt %d, seed %d", attempt, seed)
          .isBetween(Duration.ofMillis(seconds * 900), Duration.ofMillis(seconds * 1_100));
    }
    assertThat(backoff.next(now, 1, Duration.ofMinutes(7)))
        .isEqualTo(now.plus(Duration.ofMinutes(7)));
    assertThat(backoff.next(now, 1, Duration.ofDays(30))).isEqualTo(now.plus(Duration.ofDays(1)));
  }
}
