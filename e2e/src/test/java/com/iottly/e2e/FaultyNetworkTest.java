package com.iottly.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.iottly.e2e.FaultyNetwork.Weather;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A line that is cut, deaf, slow and narrow by turns: everything arrives, once and in order. */
class FaultyNetworkTest {

  private static final int ROUNDS = 12;

  @TempDir Path folder;
  private Stage stage;
  private Platform platform;
  private FaultyNetwork network;
  private DeviceAgent agent;

  private enum Fault {
    CUT,
    CLOSED,
    DEAF,
    SLOW,
    NARROW
  }

  @BeforeEach
  void open() throws Exception {
    stage = Stage.in(folder);
    platform = stage.platform();
    network = stage.add(new FaultyNetwork(platform.port()));
    agent = stage.agent(platform);
    agent.set("CONNECTION_ENDPOINT", "ws://127.0.0.1:" + network.port() + "/ws");
    agent.set("CONNECTION_HEARTBEAT_INTERVAL", 1);
    agent.start();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  @Test
  void aHalfOpenConnectionIsNoticedAndReplaced() throws Exception {
    network.become(Weather.DEAF);
    Pump pump = new Pump(agent);
    pump.start(100).join();
    await()
        .atMost(Platform.PATIENCE)
        .until(() -> agent.logged().contains("the platform fell silent"));
    network.become(Weather.FINE);
    agent.awaitConnected();
    agent.awaitDrained();
    pump.assertKeptIn(users());
  }

  @Test
  void everythingArrivesOnceWhateverTheLineDoes() throws Exception {
    Random random = Seed.random(FaultyNetworkTest.class);
    Pump pump = new Pump(agent);
    for (int round = 0; round < ROUNDS; round++) {
      round(Fault.values()[round % Fault.values().length], random, pump);
    }
    assertNothingIsLostOrRepeated(pump);
  }

  @Test
  @Tag("soak")
  void everythingArrivesOnceHoweverLongTheLineIsBad() throws Exception {
    Random random = Seed.random(FaultyNetworkTest.class);
    Pump pump = new Pump(agent);
    Map<Fault, Integer> done = new EnumMap<>(Fault.class);
    long end = System.nanoTime() + Soak.DURATION.toNanos();
    while (System.nanoTime() < end) {
      Fault fault = Fault.values()[random.nextInt(Fault.values().length)];
      round(fault, random, pump);
      done.merge(fault, 1, Integer::sum);
    }
    System.out.println("faults: " + done + ", connections: " + network.connected());
    assertNothingIsLostOrRepeated(pump);
  }

  private void round(Fault fault, Random random, Pump pump) {
    CompletableFuture<Void> messages = pump.start(100 + random.nextInt(400));
    pause(random, 300);
    network.become(
        switch (fault) {
          case CUT -> Weather.FINE;
          case CLOSED -> Weather.CLOSED;
          case DEAF -> Weather.DEAF;
          case SLOW -> Weather.slow(Duration.ofMillis(random.nextInt(200)));
          case NARROW -> Weather.narrow(2_000 + random.nextInt(50_000));
        });
    if (fault == Fault.CUT) {
      network.cut();
    }
    pause(random, 1_500);
    if (random.nextBoolean()) {
      network.cut();
    }
    messages.join();
    network.become(Weather.FINE);
    if (random.nextBoolean()) {
      agent.awaitConnected();
    }
  }

  /** How long the weather stays; what is asserted in the end holds for any time. */
  private static void pause(Random random, int atMostMillis) {
    LockSupport.parkNanos(Duration.ofMillis(random.nextInt(atMostMillis)).toNanos());
  }

  private void assertNothingIsLostOrRepeated(Pump pump) {
    network.become(Weather.FINE);
    agent.awaitConnected();
    agent.awaitDrained();
    assertThat(network.connected()).as("connections").isGreaterThan(3);
    assertThat(pump.unanswered()).isZero();
    pump.assertKeptIn(users());
    List<JsonNode> own = platform.api().history(agent.device(), "iottlyagent");
    assertThat(own.stream().filter(payload -> payload.has("gap"))).isEmpty();
  }

  private List<JsonNode> users() {
    return platform.api().history(agent.device(), "userdefined").stream()
        .filter(payload -> payload.has("n"))
        .toList();
  }
}
