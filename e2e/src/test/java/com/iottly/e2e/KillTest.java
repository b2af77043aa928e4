package com.iottly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The server and the agent die again and again while much is on its way.
 *
 * <p>A kill lands on a frozen conversation: the server is stopped (SIGSTOP) wherever it happens to
 * be, what the agent has no acknowledgement for is counted, and then the victim dies. A stopped
 * process does nothing more, so the server dies in the state in which it was stopped.
 */
class KillTest {

  private static final int KILLS = 20;
  private static final int UNACKNOWLEDGED = 1_000;

  /** Who dies. */
  private enum Victim {
    SERVER,
    AGENT,
    BOTH
  }

  @TempDir Path folder;

  @Test
  void historyIsCompleteAndWithoutRepeatsAfterTwentyKills() throws Exception {
    killAndCompare(Seed.random(KillTest.class), "once");
  }

  @Test
  @Tag("soak")
  void historyIsCompleteAndWithoutRepeatsForAsLongAsTheSoakLasts() throws Exception {
    Random random = Seed.random(KillTest.class);
    long end = System.nanoTime() + Soak.DURATION.toNanos();
    for (int round = 1; round == 1 || System.nanoTime() < end; round++) {
      killAndCompare(random, "round-" + round);
    }
  }

  private void killAndCompare(Random random, String name) throws Exception {
    try (Stage stage = Stage.in(folder.resolve(name))) {
      Platform platform = stage.platform();
      DeviceAgent agent = stage.agent(platform);
      agent.start();
      Pump pump = new Pump(agent);
      for (Victim victim : victims(random)) {
        kill(victim, platform, agent, pump, random);
      }
      agent.awaitConnected();
      agent.awaitDrained();
      List<JsonNode> history = platform.api().history(agent.device(), "userdefined");
      pump.assertKeptIn(history);
      System.out.println(
          "%d kills: %d messages stored, %d without an answer, %d in the history"
              .formatted(KILLS, pump.stored(), pump.unanswered(), history.size()));
    }
  }

  private static List<Victim> victims(Random random) {
    var victims = new ArrayList<Victim>();
    for (int i = 0; i < KILLS; i++) {
      victims.add(Victim.values()[i % Victim.values().length]);
    }
    Collections.shuffle(victims, random);
    return victims;
  }

  private static void kill(
      Victim victim, Platform platform, DeviceAgent agent, Pump pump, Random random)
      throws IOException {
    agent.awaitConnected();
    if (random.nextBoolean()) {
      agent.awaitDrained();
    }
    boolean atWork = random.nextBoolean();
    boolean pumping = random.nextBoolean();
    platform.server().signal("STOP");
    pump.start(UNACKNOWLEDGED + random.nextInt(1_000)).join();
    CompletableFuture<Void> meanwhile = pump.start(pumping ? 1_000 : 0);
    if (atWork) {
      platform.server().signal("CONT");
      pause(random, 50);
      platform.server().signal("STOP");
    }
    long unacknowledged = unacknowledged(agent);
    while (unacknowledged < UNACKNOWLEDGED) {
      pump.start(UNACKNOWLEDGED).join();
      unacknowledged = unacknowledged(agent);
    }
    switch (victim) {
      case SERVER -> platform.server().kill();
      case AGENT -> agent.process().kill();
      case BOTH -> {
        platform.server().kill();
        agent.process().kill();
      }
    }
    System.out.println(
        "killed %s with %d unacknowledged%s%s"
            .formatted(
                victim,
                unacknowledged,
                atWork ? ", at work" : "",
                meanwhile.isDone() ? "" : ", while messages came"));
    assertThat(unacknowledged).isGreaterThanOrEqualTo(UNACKNOWLEDGED);
    revive(victim, platform, agent, random);
    meanwhile.join();
  }

  private static void revive(Victim victim, Platform platform, DeviceAgent agent, Random random) {
    if (victim == Victim.AGENT) {
      platform.server().signal("CONT");
    } else {
      platform.launch();
      if (random.nextInt(4) == 0) {
        // One more, while it starts.
        pause(random, 1_500);
        platform.server().kill();
        platform.launch();
      }
    }
    if (victim != Victim.SERVER) {
      agent.launch();
    }
  }

  private static void pause(Random random, int atMostMillis) {
    LockSupport.parkNanos(Duration.ofMillis(random.nextInt(atMostMillis)).toNanos());
  }

  /** What waits for an acknowledgement, once the agent has read those that were on their way. */
  private static long unacknowledged(DeviceAgent agent) throws IOException {
    JsonNode before = agent.status();
    while (true) {
      pause(new Random(0), 20);
      JsonNode now = agent.status();
      if (now.path("spool_acknowledged").equals(before.path("spool_acknowledged"))) {
        return before.path("spool_waiting").asLong();
      }
      before = now;
    }
  }
}
