package com.iottly.platform.rocksdb;

import com.iottly.platform.core.AppendOutcome;
import com.iottly.platform.core.AppendOutcome.Appended;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.Journal;
import com.iottly.platform.core.Samples;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.Semaphore;

/**
 * Appends to a store until it is killed, from a few threads, each a device; prints {@code acked
 * <device> <sequence>} for what is durable.
 */
final class AppendingChild {

  static final int DEVICES = 4;

  private AppendingChild() {}

  public static void main(String[] arguments) {
    Path directory = Path.of(arguments[0]);
    long seed = Long.parseLong(arguments[1]);
    RocksStore store =
        RocksStore.open(RocksFixture.small(directory), InstantSource.system(), new Random());
    for (int number = 1; number <= DEVICES; number++) {
      int device = number;
      new Thread(() -> append(store.journal(), device, new Random(seed + device))).start();
    }
  }

  private static void append(Journal journal, int number, Random random) {
    DeviceId device = Samples.device(number);
    Journal.Opened.Stream stream = Samples.open(journal, device, Samples.EPOCH);
    System.out.println("received " + number + " " + stream.received());
    Semaphore window = new Semaphore(8);
    long next = stream.received() + 1;
    while (true) {
      long first = next;
      long through = first + random.nextInt(40);
      window.acquireUninterruptibly();
      journal
          .append(
              Samples.PROJECT,
              device,
              stream.fence(),
              Samples.EPOCH,
              first,
              Samples.messages(first, through))
          .thenAccept(outcome -> {
            print(number, outcome);
            window.release();
          });
      next = through + 1;
    }
  }

  private static void print(int number, AppendOutcome outcome) {
    if (outcome instanceof Appended appended) {
      System.out.println("acked " + number + " " + appended.through());
    } else {
      System.out.println("unexpected " + outcome);
    }
  }
}
