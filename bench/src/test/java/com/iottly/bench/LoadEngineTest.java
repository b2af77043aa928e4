package com.iottly.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.iottly.wire.Epoch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class LoadEngineTest {

  private static final Duration SOON = Duration.ofSeconds(20);

  @Test
  void everyMessageOfABoundedLoadIsSentOnceAndCountedOnce() {
    try (StubPlatform platform = new StubPlatform(4096, 1);
        LoadEngine engine = start(platform, 3, Load.fill(16, 200), 4)) {
      AtomicLong progress = new AtomicLong();
      engine.awaitLive(SOON);
      engine.go();
      engine.awaitDone(SOON, progress::set);
      assertThat(platform.received).hasValue(600);
      assertThat(engine.settled()).isEqualTo(600);
      assertThat(progress).hasValue(600);
      assertThat(platform.sequences).hasSize(150);
      assertThat(platform.tokens).hasSize(3).contains("Bearer token-2");
    }
  }

  @Test
  void theWindowIsFilledAndNeverExceeded() {
    try (StubPlatform platform = new StubPlatform(4096, 5);
        LoadEngine engine = start(platform, 2, Load.fill(8, 400), 1)) {
      engine.awaitLive(SOON);
      engine.go();
      engine.awaitDone(SOON, _ -> {});
      assertThat(platform.mostInFlight).hasValue(8);
    }
  }

  @Test
  void aWindowThatIsNoMultipleOfTheBatchIsNotExceededEither() {
    try (StubPlatform platform = new StubPlatform(4096, 2);
        LoadEngine engine = start(platform, 2, Load.fill(10, 120), 4)) {
      engine.awaitLive(SOON);
      engine.go();
      engine.awaitDone(SOON, _ -> {});
      assertThat(platform.mostInFlight).hasValue(8);
    }
  }

  @Test
  void noMessageLeavesBeforeTheLoadBegins() {
    try (StubPlatform platform = new StubPlatform(4096, 1);
        LoadEngine engine = start(platform, 2, Load.closedLoop(4), 1)) {
      engine.awaitLive(SOON);
      assertThat(engine.measure(Duration.ofMillis(50)).acked()).isZero();
      engine.go();
      engine.warmUp(Duration.ofMillis(100));
      Measured measured = engine.measure(Duration.ofMillis(100));
      assertThat(measured.acked()).isPositive().isLessThanOrEqualTo(platform.received.get());
      assertThat(measured.latencies().count()).isEqualTo(measured.acked());
      assertThat(measured.perSecond()).isPositive();
    }
  }

  @Test
  void anOpenLoopSendsWhatIsDueAndNoMore() {
    try (StubPlatform platform = new StubPlatform(4096, 1);
        LoadEngine engine =
            LoadEngine.start(peers(4, new Load(64, 25, 500), 1), platform.address(), 500)) {
      engine.awaitLive(SOON);
      long began = System.nanoTime();
      engine.go();
      engine.awaitDone(SOON, _ -> {});
      // The last of 100 messages is due 99 intervals of 2 ms after the start.
      assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(198_000_000L);
      assertThat(platform.received).hasValue(100);
    }
  }

  @Test
  void inAnOpenLoopAStalledServerPaysForTheWaitOfEveryMessage() {
    // Acks come each 200 ms and the window is one message, so at 100 per second most wait unsent.
    try (StubPlatform platform = new StubPlatform(4096, 200);
        LoadEngine engine =
            LoadEngine.start(peers(1, new Load(1, 5, 100), 1), platform.address(), 100)) {
      engine.awaitLive(SOON);
      engine.go();
      Measured measured = engine.measure(Duration.ofSeconds(3));
      assertThat(measured.acked()).isEqualTo(5);
      // The fifth was due after 40 ms and is acknowledged after 1,000 ms at the earliest.
      assertThat(measured.latencies().maxMillis()).isGreaterThan(900);
    }
  }

  @Test
  void aFillGoesOnWhereTheWelcomeSays() {
    try (StubPlatform platform = new StubPlatform(4096, 1)) {
      platform.alreadyReceived = 150;
      try (LoadEngine engine = start(platform, 1, Load.fill(16, 200), 1)) {
        engine.awaitLive(SOON);
        engine.go();
        engine.awaitDone(SOON, _ -> {});
        assertThat(platform.received).hasValue(50);
        assertThat(platform.sequences.peek()).isEqualTo(151);
        assertThat(engine.settled()).isEqualTo(200);
      }
    }
  }

  // Often: the count was once published after the answer, which one run in forty saw.
  @RepeatedTest(100)
  void aCompleteFillSendsNothing() {
    try (StubPlatform platform = new StubPlatform(4096, 1)) {
      platform.alreadyReceived = 500;
      try (LoadEngine engine = start(platform, 1, Load.fill(16, 200), 1)) {
        engine.awaitLive(SOON);
        engine.go();
        engine.awaitDone(SOON, _ -> {});
        assertThat(platform.received).hasValue(0);
        assertThat(engine.settled()).isEqualTo(200);
      }
    }
  }

  @Test
  void refusedHandshakesAreTriedAgain() {
    try (StubPlatform platform = new StubPlatform(4096, 1)) {
      platform.refuseFirst = 5;
      try (LoadEngine engine = start(platform, 10, Load.fill(4, 4), 1)) {
        engine.awaitLive(SOON);
        assertThat(platform.refused).hasValue(5);
      }
    }
  }

  @Test
  void aCommandIsAnsweredDeliveredAndSucceeded() {
    try (StubPlatform platform = new StubPlatform(4096, 1)) {
      platform.commands = true;
      try (LoadEngine engine = start(platform, 1, Load.none(16), 1)) {
        engine.awaitLive(SOON);
        Awaitility.await()
            .untilAsserted(() ->
                assertThat(platform.replies)
                    .containsExactly(
                        "{\"id\":\"c-1\",\"state\":\"delivered\"}",
                        "{\"id\":\"c-1\",\"state\":\"succeeded\"}"));
        engine.awaitDone(SOON, _ -> {});
      }
    }
  }

  @Test
  void moreInFlightThanTheServerAllowsIsRefusedBeforeTheRun() {
    try (StubPlatform platform = new StubPlatform(15, 1);
        LoadEngine engine = start(platform, 1, Load.closedLoop(16), 1)) {
      assertThatThrownBy(() -> engine.awaitLive(SOON))
          .isInstanceOf(BenchException.class)
          .hasMessageContaining("the server's window is 15");
    }
  }

  @Test
  void aClosedConnectionFailsTheRunWithItsReason() {
    try (StubPlatform platform = new StubPlatform(4096, 1)) {
      platform.closeWith = 4503;
      try (LoadEngine engine = start(platform, 1, Load.closedLoop(16), 1)) {
        engine.awaitLive(SOON);
        assertThatThrownBy(
                () -> {
                  engine.go();
                  engine.measure(SOON);
                })
            .isInstanceOf(BenchException.class)
            .hasMessageContaining("closed the link with 4503: as asked");
      }
    }
  }

  @Test
  void anAcknowledgementOfWhatWasNeverSentFailsTheRun() {
    try (StubPlatform platform = new StubPlatform(4096, 1)) {
      platform.ackBeyond = 1;
      try (LoadEngine engine = start(platform, 1, Load.fill(16, 16), 1)) {
        engine.awaitLive(SOON);
        assertThatThrownBy(
                () -> {
                  engine.go();
                  engine.awaitDone(SOON, _ -> {});
                })
            .hasMessageContaining("the server acknowledged 17, but 16 was the last one sent");
      }
    }
  }

  @Test
  void aServerThatIsNotThereIsAFailureAtOnce() {
    var nobody = new java.net.InetSocketAddress("127.0.0.1", 1);
    try (LoadEngine engine = LoadEngine.start(peers(1, Load.closedLoop(1), 1), nobody, 0)) {
      assertThatThrownBy(() -> engine.awaitLive(SOON)).hasMessageContaining("connection 0");
    }
  }

  @Test
  void aBatchLargerThanTheWindowIsRefused() {
    assertThatThrownBy(() -> peers(1, Load.closedLoop(3), 4))
        .hasMessageContaining("a batch of 4 does not fit into 3");
  }

  private static LoadEngine start(StubPlatform platform, int count, Load load, int batch) {
    return LoadEngine.start(peers(count, load, batch), platform.address(), 0);
  }

  private static List<Peer> peers(int count, Load load, int batch) {
    BatchTemplate template = new BatchTemplate(batch, 100, true, new Random(1));
    List<Peer> peers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      peers.add(
          new LinkPeer(i, load, new Device("id-" + i, "token-" + i, i), new Epoch(0, i), template));
    }
    return peers;
  }
}
