package com.iottly.agent.spool;

import static org.assertj.core.api.Assertions.assertThat;

import com.iottly.agent.Fixtures;
import com.iottly.agent.Seed;
import com.iottly.wire.Frame.DeviceMessage;
import com.iottly.wire.Frame.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random calls against the spool and against a sorted map that should say the same. */
class SpoolModelTest {

  private static final int STEPS = 4000;

  @TempDir Path directory;

  @Test
  void theSpoolSaysWhatASimpleMapSays() throws IOException {
    Random random = Seed.random(getClass());
    TreeMap<Long, DeviceMessage> model = new TreeMap<>();
    long acknowledged = 0;
    Spool spool = open(random);
    try {
      for (int step = 0; step < STEPS; step++) {
        switch (random.nextInt(40)) {
          case 0 -> {
            spool.close();
            spool = open(random);
          }
          case 1 -> {
            long through = acknowledged + random.nextInt(20);
            long last = spool.status().last();
            acknowledged = Math.max(acknowledged, Math.min(through, last));
            spool.acknowledge(through);
          }
          case 2 -> checkFrom(spool, model, acknowledged + 1);
          default -> {
            DeviceMessage message = message(random);
            if (spool.append(message).join() instanceof AppendOutcome.Stored(long sequence)) {
              assertThat(model.isEmpty() ? 1 : model.lastKey() + 1).isEqualTo(sequence);
              model.put(sequence, message);
            }
          }
        }
      }
      checkFrom(spool, model, acknowledged + 1);
      long bytes = spool.status().bytes();
      assertThat(bytes).isLessThanOrEqualTo(SpoolSettings.MIN_BYTES);
      assertThat(spool.status().droppedTelemetry()).isPositive();
    } finally {
      spool.close();
    }
  }

  private Spool open(Random random) {
    return Spool.open(
        SpoolSettings.of(directory, SpoolSettings.MIN_BYTES, Duration.ofDays(30)),
        Fixtures.clock(),
        random,
        Fixtures.quiet());
  }

  private static DeviceMessage message(Random random) {
    Kind kind = Kind.values()[random.nextInt(10) == 0 ? random.nextInt(3) : 0];
    String filling = "y".repeat(random.nextInt(random.nextInt(20) == 0 ? 30_000 : 2_000));
    return Fixtures.message(kind, "{\"r\":" + random.nextLong() + ",\"f\":\"" + filling + "\"}");
  }

  /**
   * Every sequence is either there, as it was stored, or declared missing; user messages are there.
   */
  private static void checkFrom(Spool spool, TreeMap<Long, DeviceMessage> model, long from) {
    long next = from;
    while (true) {
      switch (spool.read(next, 100, 100_000).join()) {
        case Chunk.Nothing() -> {
          assertThat(next - 1).isEqualTo(spool.status().last());
          return;
        }
        case Chunk.Missing missing -> {
          assertThat(missing.from()).isEqualTo(next);
          for (long s = missing.from(); s <= missing.through(); s++) {
            assertThat(
                    model.get(s).kind() == Kind.IOTTLYAGENT || spool.status().droppedOthers() > 0)
                .as("sequence %d was dropped", s)
                .isTrue();
          }
          next = missing.through() + 1;
        }
        case Chunk.Messages messages -> {
          assertThat(messages.first()).isEqualTo(next);
          for (DeviceMessage message : messages.messages()) {
            assertThat(message).isEqualTo(model.get(next));
            next++;
          }
        }
      }
    }
  }
}
