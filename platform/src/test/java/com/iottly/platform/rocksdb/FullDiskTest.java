package com.iottly.platform.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import com.iottly.platform.core.History;
import com.iottly.platform.core.Message;
import com.iottly.platform.core.Samples;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FullDiskTest {

  @TempDir Path directory;

  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private long acked;

  @Test
  void aFullDiskRefusesAppendsLosesNothingAndRecoversByItself() throws Exception {
    try (SmallDisk disk = SmallDisk.in(directory)) {
      fillAndRecover(disk, 0, "RECOVERING");
    }
  }

  @Test
  void anAlmostFullDiskRefusesAppendsBeforeAnythingFails() throws Exception {
    try (SmallDisk disk = SmallDisk.in(directory)) {
      // Without a file system of its own the floor is what the real one will never have free.
      long floor = disk.isMounted() ? 12 << 20 : 0;
      fillAndRecover(disk, floor, disk.isMounted() ? "REFUSING" : "RECOVERING");
    }
  }

  private void fillAndRecover(SmallDisk disk, long floor, String state) throws Exception {
    try (ChildJvm child = ChildJvm.start(FillingChild.class, lines::add, disk.store(), floor)) {
      assertThat(line()).isEqualTo("ready");
      disk.tighten(child.pid());
      String refusal = fill(child);
      assertThat(refusal).startsWith("unavailable").contains("the journal");
      child.tell("health");
      String health = line();
      if (disk.isMounted()) {
        assertThat(health).startsWith("health " + state).contains("free");
        child.tell("append");
        assertThat(line()).startsWith("unavailable");
      }
      disk.free(child.pid());
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .pollInterval(Duration.ofMillis(50))
          .until(() -> {
            child.tell("append");
            String line = line();
            note(line);
            return line.startsWith("acked");
          });
      child.tell("health");
      assertThat(line()).isEqualTo("health READY ");
      child.tell("end");
      assertThat(child.await()).isZero();
    }
    check(disk);
  }

  private String fill(ChildJvm child) throws Exception {
    child.tell("fill");
    String line = line();
    while (line.startsWith("acked")) {
      note(line);
      line = line();
    }
    return line;
  }

  private void note(String line) {
    if (line.startsWith("acked ")) {
      acked = Long.parseLong(line.substring("acked ".length()));
    }
  }

  /** The next line that the child itself wrote; its log is passed over. */
  private String line() throws InterruptedException {
    while (true) {
      String line = lines.poll(60, TimeUnit.SECONDS);
      assertThat(line).as("a line of the child").isNotNull();
      if (line.matches("(ready|acked|unavailable|unexpected|health|closed)\\b.*")) {
        return line;
      }
    }
  }

  private void check(SmallDisk disk) {
    try (RocksFixture store = new RocksFixture(disk.store())) {
      List<String> channels =
          Samples.history(store.history(), Samples.DEVICE, History.Range.newest())
              .reversed()
              .stream()
              .map(Message::channel)
              .toList();
      assertThat(channels)
          .isEqualTo(LongStream.rangeClosed(1, acked).mapToObj(Long::toString).toList());
      assertThat(Samples.entries(store.journal())).hasSameSizeAs(channels);
    }
  }
}
