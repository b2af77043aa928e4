package com.iottly.agent.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.iottly.agent.Fixtures;
import com.iottly.agent.channel.ChannelLimits;
import com.iottly.agent.channel.Channels;
import com.iottly.agent.clock.DeviceClock;
import com.iottly.agent.link.TestPlatform.Connected;
import com.iottly.agent.link.TestPlatform.Refusal;
import com.iottly.agent.log.Log;
import com.iottly.agent.spool.AppendOutcome;
import com.iottly.agent.spool.Spool;
import com.iottly.agent.spool.SpoolSettings;
import com.iottly.wire.CloseCode;
import com.iottly.wire.Epoch;
import com.iottly.wire.Frame;
import com.iottly.wire.Frame.DeviceMessage;
import com.iottly.wire.Payload;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinkTest {

  private static final Duration SHORT = Duration.ofMillis(50);
  private static final Duration LONG = Duration.ofSeconds(60);

  /** A heartbeat that comes soon, yet leaves a busy machine time for the answer. */
  private static final Duration LIVELY = Duration.ofMillis(500);

  @TempDir Path directory;
  private final Log log = Fixtures.quiet();
  private final Channels channels = new Channels(ChannelLimits.defaults(), log);
  private final OkHttpClient client = new OkHttpClient();
  private DeviceClock clock = Fixtures.clock(InstantSource.system());
  private final Queue<Frame.Command> commands = new ConcurrentLinkedQueue<>();
  private final AtomicLong alive = new AtomicLong();
  private final CountDownLatch stalled = new CountDownLatch(1);
  private Runnable stall = () -> {};
  private TestPlatform platform;
  private Spool spool;
  private Link link;

  @BeforeEach
  void open() throws Exception {
    platform = new TestPlatform();
    spool =
        Spool.open(
            SpoolSettings.of(directory, 1 << 20, Duration.ofDays(30)), clock, new Random(1), log);
  }

  @AfterEach
  void close() throws Exception {
    if (link != null) {
      link.close();
    }
    spool.close();
    platform.close();
    client.dispatcher().executorService().shutdown();
  }

  private LinkSettings settings(Duration pause, Duration heartbeat) {
    return new LinkSettings(
        platform.endpoint(),
        "the-token",
        pause,
        pause,
        heartbeat,
        Duration.ofSeconds(5),
        3,
        Duration.ofSeconds(60),
        64 << 10,
        1 << 20);
  }

  private void connect() {
    start(settings(SHORT, Duration.ofSeconds(30)));
  }

  private void start(LinkSettings settings) {
    link =
        new Link(
            settings,
            client,
            spool,
            clock,
            new Self("1.2.3", Map.of("os", "test")),
            this::take,
            channels,
            alive::incrementAndGet,
            new Random(5),
            log);
  }

  /** What the counter shows once it has not moved for ten heartbeats. */
  private static long still(AtomicLong counter) {
    var last = new AtomicLong();
    await()
        .during(Duration.ofSeconds(1))
        .until(() -> counter.get() == last.getAndSet(counter.get()));
    return counter.get();
  }

  private static void uninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void take(Frame.Command command) {
    stall.run();
    commands.add(command);
  }

  private void store(int count) {
    IntStream.rangeClosed(1, count).forEach(n -> store(Fixtures.user("{\"n\":" + n + "}")));
  }

  private void store(DeviceMessage message) {
    assertThat(spool.append(message).join()).isInstanceOf(AppendOutcome.Stored.class);
  }

  private static List<String> numbered(int from, int through) {
    return IntStream.rangeClosed(from, through).mapToObj(n -> "{\"n\":" + n + "}").toList();
  }

  private Connected connection(int number) {
    await().until(() -> platform.connections.size() >= number);
    return platform.connections.get(number - 1);
  }

  @Test
  void helloSaysWhoTheDeviceIsAndWhatItsSpoolHolds() {
    store(2);
    connect();
    await().until(() -> platform.received == 2);
    Frame.Hello hello = platform.last().all(Frame.Hello.class).getFirst();
    assertThat(hello.epoch()).isEqualTo(spool.status().epoch());
    assertThat(hello.next()).isEqualTo(1);
    assertThat(hello.agentVersion()).isEqualTo("1.2.3");
    assertThat(hello.info()).hasToString("{\"os\":\"test\",\"services\":[]}");
    assertThat(hello.heartbeatSeconds()).isEqualTo(30);
    assertThat(platform.tokens).containsOnly("Bearer the-token");
    await().until(() -> spool.status().acknowledged() == 2);
    assertThat(link.status().connected()).isTrue();
  }

  @Test
  void itGoesOnBehindWhatThePlatformHas() {
    store(5);
    platform.received = 3;
    connect();
    await().until(() -> platform.received == 5);
    assertThat(platform.payloads()).isEqualTo(numbered(4, 5));
  }

  @Test
  void whatIsStoredWhileConnectedGoesAtOnceAndInOrder() {
    connect();
    await().until(() -> link.status().connected());
    store(200);
    await().until(() -> platform.received == 200);
    assertThat(platform.payloads()).isEqualTo(numbered(1, 200));
  }

  @Test
  void whatWasNotAcknowledgedIsSentAgainOnTheNextConnection() {
    platform.acknowledge = false;
    store(3);
    connect();
    await().until(() -> platform.payloads().size() == 3);
    platform.acknowledge = true;
    platform.last().close(CloseCode.GOING_AWAY, "restart");
    await().until(() -> platform.received == 3);
    assertThat(platform.payloads()).hasSize(6);
    await().until(() -> spool.status().waiting() == 0);
  }

  @Test
  void noMoreMessagesAreUnacknowledgedThanTheWindowAllows() {
    platform.acknowledge = false;
    platform.windowMessages = 7;
    store(50);
    connect();
    await().until(() -> platform.payloads().size() == 7);
    Connected session = platform.last();
    for (long acked = 3; acked <= 50; acked += 4) {
      session.send(new Frame.Ack(acked));
      int expected = (int) Math.min(50, acked + 7);
      await().until(() -> platform.payloads().size() >= expected);
      assertThat(platform.payloads()).hasSize(expected);
    }
  }

  @Test
  void noMoreBytesAreUnacknowledgedThanTheWindowAllows() {
    platform.acknowledge = false;
    platform.windowBytes = 5000;
    for (int i = 0; i < 10; i++) {
      store(Fixtures.user("{\"x\":\"" + "x".repeat(1000) + "\"}"));
    }
    connect();
    await().until(() -> platform.payloads().size() == 4);
    platform.last().send(new Frame.Ack(4));
    await().until(() -> platform.payloads().size() == 8);
    platform.last().send(new Frame.Ack(8));
    await().until(() -> platform.payloads().size() == 10);
  }

  @Test
  void whatTheCapsDroppedIsDeclaredInItsPlace() {
    store(Fixtures.user("{\"first\":1}"));
    for (int i = 0; i < 40; i++) {
      store(Fixtures.telemetry("{\"x\":\"" + "x".repeat(50_000) + "\"}"));
    }
    store(Fixtures.user("{\"last\":1}"));
    connect();
    await().until(() -> platform.received == 42);
    Frame.Gap gap = platform.last().all(Frame.Gap.class).getFirst();
    assertThat(gap.from()).isEqualTo(2);
    long dropped = spool.status().droppedTelemetry();
    assertThat(gap.through() - gap.from() + 1).isEqualTo(dropped).isPositive();
    assertThat(platform.payloads()).hasSize(42 - (int) dropped).startsWith("{\"first\":1}");
  }

  @Test
  void aPlatformThatIsFurtherMeetsANewEpochOnANewConnection() {
    store(2);
    Epoch before = spool.status().epoch();
    platform.received = 9;
    connect();
    Connected second = connection(2);
    await().until(() -> platform.received == 2);
    Frame.Hello hello = second.all(Frame.Hello.class).getFirst();
    assertThat(hello.epoch()).isEqualTo(spool.status().epoch()).isNotEqualTo(before);
    assertThat(platform.payloads()).isEqualTo(numbered(1, 2));
  }

  @Test
  void aBusyPlatformsRetryAfterIsWaitedFor() {
    platform.refusals.add(new Refusal(503, "1", "{\"error\":\"admitting slowly\"}"));
    connect();
    await().until(() -> link.status().connected());
    long waited = platform.handshakesAtNanos.get(1) - platform.handshakesAtNanos.get(0);
    assertThat(waited).isGreaterThanOrEqualTo(Duration.ofSeconds(1).toNanos());
  }

  @Test
  void aRejectedTokenIsSaidInThePlatformsWords() {
    platform.refusals.add(new Refusal(401, "", "{\"error\":\"this token was revoked\"}"));
    start(settings(LONG, Duration.ofSeconds(30)));
    await().until(() -> link.status().detail().contains("this token was revoked"));
    assertThat(link.status().state()).isEqualTo("waiting");
  }

  @Test
  void aPlatformThatFallsSilentIsLeftAndTriedAgain() {
    platform.answerPings = false;
    start(settings(SHORT, Duration.ofMillis(200)));
    connection(2);
    assertThat(platform.connections.getFirst().all(Frame.Ping.class)).isNotEmpty();
    await().until(() -> platform.connections.getFirst().closeCode == CloseCode.SILENT.code());
  }

  @Test
  void pongsKeepTheConnectionAndTellThePlatformsClock() {
    platform.clockAheadMillis = Duration.ofHours(1).toMillis();
    start(settings(SHORT, LIVELY));
    await()
        .until(() ->
            platform.connections.size() > 0 && platform.last().all(Frame.Ping.class).size() > 3);
    assertThat(platform.connections).hasSize(1);
    assertThat(clock.trusted()).isFalse();
    assertThat(clock.offsetMillis().orElseThrow()).isBetween(3_500_000L, 3_700_000L);
  }

  @Test
  void aSupersededDeviceKeepsAwayForAWhile() {
    start(settings(LONG, Duration.ofSeconds(30)));
    connection(1);
    await().until(() -> link.status().connected());
    platform.last().close(CloseCode.SUPERSEDED, "a newer connection");
    await().until(() -> link.status().state().equals("waiting"));
    assertThat(link.status().detail()).contains("4409", "a newer connection");
    assertThat(link.superseded()).isEqualTo(1);
    assertThat(platform.connections).hasSize(1);
  }

  @Test
  void aRevokedTokenKeepsTheSpool() {
    platform.acknowledge = false;
    store(2);
    start(settings(LONG, Duration.ofSeconds(30)));
    await().until(() -> platform.payloads().size() == 2);
    platform.last().close(CloseCode.TOKEN_REJECTED, "revoked");
    await().until(() -> link.status().state().equals("waiting"));
    assertThat(spool.status().waiting()).isEqualTo(2);
  }

  @Test
  void telemetryWaitsForItsBufferToFill() {
    connect();
    await().until(() -> link.status().connected());
    store(Fixtures.telemetry("{\"t\":1}"));
    store(Fixtures.telemetry("{\"t\":2}"));
    assertThat(platform.payloads()).isEmpty();
    store(Fixtures.telemetry("{\"t\":3}"));
    await().until(() -> platform.received == 3);
    assertThat(platform.last().all(Frame.Batch.class)).hasSize(1);
  }

  @Test
  void telemetryThatDoesNotFillItsBufferGoesWhenItsTimeIsUpAndNotBefore() {
    Duration flush = Duration.ofMillis(400);
    start(flushing(flush));
    await().until(() -> link.status().connected());
    long before = System.nanoTime();
    store(Fixtures.telemetry("{\"t\":1}"));
    await().pollInterval(Duration.ofMillis(5)).until(() -> platform.received == 1);
    assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(flush.toNanos());
  }

  @Test
  void withoutAFlushIntervalTelemetryGoesAtOnce() {
    start(flushing(Duration.ZERO));
    await().until(() -> link.status().connected());
    store(Fixtures.telemetry("{\"t\":1}"));
    await().until(() -> platform.received == 1);
  }

  private LinkSettings flushing(Duration flush) {
    return LinkSettings.of(
        platform.endpoint(), "the-token", SHORT, SHORT, Duration.ofSeconds(30), 100, flush);
  }

  @Test
  void aUserMessageTakesWaitingTelemetryAlong() {
    connect();
    await().until(() -> link.status().connected());
    store(Fixtures.telemetry("{\"t\":1}"));
    store(Fixtures.user("{\"u\":1}"));
    await().until(() -> platform.received == 2);
    assertThat(platform.payloads()).containsExactly("{\"t\":1}", "{\"u\":1}");
  }

  @Test
  void commandsAreHandedOn() {
    connect();
    connection(1);
    await().until(() -> link.status().connected());
    var command = new Frame.Command("c1", 1000, "echo", Payload.of("{\"echo\":{}}"));
    platform.last().send(command);
    await().untilAsserted(() -> assertThat(commands).containsExactly(command));
  }

  @Test
  void aThreadThatStallsIsNotCalledAlive() {
    stall = () -> uninterruptibly(stalled);
    start(settings(SHORT, Duration.ofMillis(100)));
    connection(1);
    await().until(() -> link.status().connected() && alive.get() > 10);
    platform.last().send(new Frame.Command("c1", 1000, "echo", Payload.of("{\"echo\":{}}")));
    long before = still(alive);
    stalled.countDown();
    await().until(() -> alive.get() > before);
  }

  @Test
  void anAckOfWhatWasNeverSentIsABadFrame() {
    connect();
    connection(1);
    await().until(() -> link.status().connected());
    Connected first = platform.connections.getFirst();
    first.send(new Frame.Ack(77));
    await().until(() -> first.closeCode == CloseCode.BAD_FRAME.code());
  }

  @Test
  void aPayloadThatIsTooLargeForThisPlatformIsDeclaredMissing() {
    store(1);
    store(Fixtures.user("{\"x\":\"" + "x".repeat(2000) + "\"}"));
    store(Fixtures.user("{\"after\":1}"));
    platform.maxPayload = 1000;
    connect();
    await().until(() -> platform.received == 3);
    assertThat(platform.last().all(Frame.Gap.class).getFirst().reason()).contains("2008");
    assertThat(platform.payloads()).containsExactly("{\"n\":1}", "{\"after\":1}");
  }

  @Test
  void aMessageThePlatformRefusesIsFoundAndSkipped() {
    platform.acknowledge = false;
    store(3);
    connect();
    Connected first = connection(1);
    await().until(() -> platform.payloads().size() == 3);
    first.close(CloseCode.BAD_FRAME, "sequence 2");
    Connected second = connection(2);
    await().until(() -> second.all(Frame.Batch.class).size() == 1);
    assertThat(second.all(Frame.Batch.class).getFirst().messages()).hasSize(1);
    platform.received = 1;
    second.send(new Frame.Ack(1));
    await().until(() -> second.all(Frame.Batch.class).size() == 2);
    second.close(CloseCode.BAD_FRAME, "sequence 2");
    Connected third = connection(3);
    await().until(() -> third.all(Frame.Gap.class).size() == 1);
    Frame.Gap gap = third.all(Frame.Gap.class).getFirst();
    assertThat(LongStream.of(gap.from(), gap.through())).containsExactly(2L, 2L);
    third.send(new Frame.Ack(2));
    await().untilAsserted(() -> assertThat(platform.payloads().getLast()).isEqualTo("{\"n\":3}"));
  }

  @Test
  void closingSaysGoodbye() {
    connect();
    Connected session = connection(1);
    await().until(() -> link.status().connected());
    store(Fixtures.telemetry("{\"t\":1}"));
    link.close();
    await().until(() -> session.closeCode == CloseCode.GOING_AWAY.code());
    assertThat(platform.payloads()).containsExactly("{\"t\":1}");
  }

  @Test
  void anotherHeartbeatIsTakenOverOnTheSameConnection() {
    connect();
    await().until(() -> link.status().connected());
    link.configure(settings(SHORT, LIVELY), client);
    await().until(() -> platform.last().all(Frame.Ping.class).size() >= 3);
    link.configure(settings(SHORT, LONG), client);
    assertThat(platform.connections).hasSize(1);
  }

  @Test
  void aConnectionThatDiedWhileTheMachineSleptIsFoundAtOnce() {
    var wall = new AtomicLong(System.currentTimeMillis());
    clock = Fixtures.clock(() -> Instant.ofEpochMilli(wall.get()));
    platform.answerPings = false;
    LinkSettings usual = settings(SHORT, LONG);
    start(
        new LinkSettings(
            usual.endpoint(),
            usual.token(),
            SHORT,
            SHORT,
            LONG,
            Duration.ofMillis(200),
            3,
            LONG,
            64 << 10,
            1 << 20));
    await().until(() -> link.status().connected());
    wall.addAndGet(Duration.ofHours(8).toMillis());
    assertThat(connection(2)).isNotNull();
    await().until(() -> platform.connections.getFirst().closeCode == CloseCode.SILENT.code());
  }

  @Test
  void aConnectionThatSurvivedASleepIsKept() {
    var wall = new AtomicLong(System.currentTimeMillis());
    clock = Fixtures.clock(() -> Instant.ofEpochMilli(wall.get()));
    start(settings(SHORT, LONG));
    await().until(() -> link.status().connected());
    await().until(() -> platform.last().all(Frame.Ping.class).size() == 1);
    wall.addAndGet(Duration.ofHours(8).toMillis());
    await().until(() -> platform.last().all(Frame.Ping.class).size() == 2);
    store(1);
    await().until(() -> platform.received == 1);
    assertThat(platform.connections).hasSize(1);
  }

  @Test
  void aClockThatIsSetBackStopsNeitherHeartbeatsNorMessages() {
    var wall = new AtomicLong(System.currentTimeMillis());
    clock = Fixtures.clock(() -> Instant.ofEpochMilli(wall.get()));
    start(settings(SHORT, LIVELY));
    await().until(() -> link.status().connected());
    wall.addAndGet(-Duration.ofDays(400).toMillis());
    int before = platform.last().all(Frame.Ping.class).size();
    await().until(() -> platform.last().all(Frame.Ping.class).size() > before + 3);
    store(1);
    await().until(() -> platform.received == 1);
    assertThat(platform.connections).hasSize(1);
  }

  @Test
  void aClockThatIsSetBackDoesNotLengthenThePause() {
    var wall = new AtomicLong(System.currentTimeMillis());
    clock = Fixtures.clock(() -> Instant.ofEpochMilli(wall.get()));
    platform.refusals.add(new Refusal(503, "1", "{\"error\":\"admitting slowly\"}"));
    start(settings(SHORT, LONG));
    await().until(() -> link.status().state().equals("waiting"));
    wall.addAndGet(-Duration.ofDays(400).toMillis());
    await().until(() -> link.status().connected());
  }
}
