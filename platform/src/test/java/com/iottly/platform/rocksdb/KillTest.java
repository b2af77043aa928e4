package com.iottly.platform.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import com.iottly.platform.core.History;
import com.iottly.platform.core.Samples;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KillTest {

  private static final int ROUNDS = 4;

  @TempDir Path directory;

  private final Map<Integer, Long> acked = new ConcurrentHashMap<>();
  private final Queue<String> surprises = new ConcurrentLinkedQueue<>();

  @Test
  void whatWasAcknowledgedIsThereExactlyOnceAfterKill9() throws Exception {
    long seed = Samples.seed();
    Random random = new Random(seed);
    for (int round = 1; round <= ROUNDS; round++) {
      String where = "round " + round + ", -Diottly.seed=" + seed;
      CountDownLatch enough = new CountDownLatch(20 + random.nextInt(400));
      try (ChildJvm child =
          ChildJvm.start(
              AppendingChild.class, line -> note(line, enough), directory, random.nextLong())) {
        assertThat(enough.await(60, TimeUnit.SECONDS)).as("%s: %s", where, surprises).isTrue();
        child.kill();
      }
      assertThat(surprises).as(where).isEmpty();
      check(where);
    }
  }

  private void note(String line, CountDownLatch enough) {
    String[] words = line.split(" ");
    if (words[0].equals("acked") && words.length == 3) {
      acked.merge(Integer.parseInt(words[1]), Long.parseLong(words[2]), Math::max);
      enough.countDown();
    } else if (!words[0].equals("received") && !"acked".startsWith(words[0])) {
      surprises.add(line);
    }
  }

  private void check(String where) {
    try (RocksFixture store = new RocksFixture(directory)) {
      long all = 0;
      for (int number = 1; number <= AppendingChild.DEVICES; number++) {
        long received =
            Samples.open(store.journal(), Samples.device(number), Samples.EPOCH).received();
        assertThat(received).as(where).isGreaterThanOrEqualTo(acked.getOrDefault(number, 0L));
        List<Long> numbers =
            Samples.numbers(
                Samples.history(store.history(), Samples.device(number), History.Range.newest()));
        assertThat(numbers.reversed())
            .as(where)
            .isEqualTo(LongStream.rangeClosed(1, received).boxed().toList());
        all += received;
      }
      assertThat(Samples.entries(store.journal())).as(where).hasSize((int) all);
      assertThat(store.store().retention().usage(Samples.PROJECT).entries())
          .as(where)
          .isEqualTo(all);
    }
  }
}
