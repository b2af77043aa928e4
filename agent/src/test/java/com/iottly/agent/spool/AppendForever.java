package com.iottly.agent.spool;

import com.iottly.agent.Fixtures;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.stream.IntStream;

/** A process that appends until it is killed and prints what was reported stored. */
final class AppendForever {

  private AppendForever() {}

  public static void main(String[] arguments) {
    Path directory = Path.of(arguments[0]);
    Random random = new Random(Long.parseLong(arguments[1]));
    Spool spool =
        Spool.open(
            SpoolSettings.of(directory, 64 << 20, Duration.ofDays(30)),
            Fixtures.clock(),
            random,
            Fixtures.quiet());
    IntStream.range(0, 4)
        .forEach(thread -> {
          Random own = new Random(random.nextLong());
          new Thread(() -> append(spool, own)).start();
        });
  }

  private static void append(Spool spool, Random random) {
    while (true) {
      long id = random.nextLong();
      String payload = "{\"id\":" + id + ",\"f\":\"" + "z".repeat(random.nextInt(3000)) + "\"}";
      var message = random.nextInt(3) == 0 ? Fixtures.telemetry(payload) : Fixtures.user(payload);
      if (spool.append(message).join() instanceof AppendOutcome.Stored(long sequence)) {
        synchronized (System.out) {
          System.out.println(sequence + " " + id + " .");
        }
      }
    }
  }
}
