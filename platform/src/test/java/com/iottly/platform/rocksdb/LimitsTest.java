package com.iottly.platform.rocksdb;

import static com.iottly.platform.core.Samples.DEVICE;
import static com.iottly.platform.core.Samples.EPOCH;
import static com.iottly.platform.core.Samples.PROJECT;
import static com.iottly.platform.core.Samples.append;
import static com.iottly.platform.core.Samples.command;
import static com.iottly.platform.core.Samples.get;
import static com.iottly.platform.core.Samples.messages;
import static com.iottly.platform.core.Samples.numbers;
import static com.iottly.platform.core.Samples.open;
import static com.iottly.platform.core.Samples.payload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.iottly.platform.core.AppendOutcome;
import com.iottly.platform.core.AppendOutcome.Appended;
import com.iottly.platform.core.AppendOutcome.Busy;
import com.iottly.platform.core.AppendOutcome.Unavailable;
import com.iottly.platform.core.CommandLog.Created;
import com.iottly.platform.core.CommandLog.NewCommand;
import com.iottly.platform.core.CommandState;
import com.iottly.platform.core.Cursor;
import com.iottly.platform.core.Journal;
import com.iottly.platform.core.MessageType;
import com.iottly.platform.core.Retention;
import com.iottly.platform.core.RetentionPolicy;
import com.iottly.platform.core.Uplink;
import com.iottly.wire.Payload;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LimitsTest {

  @TempDir Path directory;

  /** Holds the writer up until the latch opens, and returns when it is held. */
  private static void hold(Journal journal, CountDownLatch latch) throws InterruptedException {
    CountDownLatch held = new CountDownLatch(1);
    AutoCloseable _ =
        journal.onAppend(() -> {
          held.countDown();
          try {
            latch.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    append(journal, PROJECT, DEVICE, 1);
    held.await();
  }

  private static List<CompletableFuture<AppendOutcome>> appendOneByOne(
      Journal journal, long fence, int count) {
    List<CompletableFuture<AppendOutcome>> futures = new ArrayList<>();
    for (int n = 1; n <= count; n++) {
      futures.add(journal.append(PROJECT, DEVICE, fence, EPOCH, n, messages(n, n)));
    }
    return futures;
  }

  @Test
  void aQueueFullOfRequestsIsBusyAtOnceAndTakesTheRest() throws Exception {
    CountDownLatch latch = new CountDownLatch(1);
    RocksConfig config = RocksFixture.small(directory).withQueue(10, 1 << 20);
    try (RocksFixture store = new RocksFixture(config)) {
      Journal journal = store.journal();
      hold(journal, latch);
      var opened = journal.open(PROJECT, DEVICE, EPOCH);
      var futures = appendOneByOne(journal, 2, 10);
      assertThat(futures.get(9)).isCompleted();
      assertThat(get(futures.get(9))).isEqualTo(new Busy());
      assertThat(futures.get(8)).isNotDone();
      latch.countDown();
      assertThat(((Journal.Opened.Stream) get(opened)).fence()).isEqualTo(2);
      assertThat(get(futures.get(8))).isEqualTo(new Appended(9));
    }
  }

  @Test
  void aQueueFullOfBytesIsBusyAtOnce() throws Exception {
    CountDownLatch latch = new CountDownLatch(1);
    RocksConfig config = RocksFixture.small(directory).withQueue(1000, 1024);
    try (RocksFixture store = new RocksFixture(config)) {
      Journal journal = store.journal();
      hold(journal, latch);
      var futures = appendOneByOne(journal, 1, 5);
      assertThat(get(futures.get(4))).isEqualTo(new Busy());
      assertThat(futures.get(0)).isNotDone();
      latch.countDown();
    }
  }

  @Test
  void aRequestLargerThanQueueAndGroupIsTakenAlone() {
    RocksConfig config = RocksFixture.small(directory).withQueue(10, 1024);
    try (RocksFixture store = new RocksFixture(config)) {
      Journal.Opened.Stream stream = open(store.journal(), DEVICE, EPOCH);
      Payload large = Payload.of("{\"x\":\"" + "è".repeat(6 << 20) + "\"}");
      List<Uplink> one =
          List.of(new Uplink.NewMessage(MessageType.USERDEFINED, Instant.MAX, true, "ç", large));
      assertThat(get(store.journal().append(PROJECT, DEVICE, stream.fence(), EPOCH, 1, one)))
          .isEqualTo(new Appended(1));
      assertThat(store.journal().read(store.journal().tail(), 9).entries())
          .singleElement()
          .extracting(entry -> ((com.iottly.platform.core.Message) entry).payload())
          .isEqualTo(large);
    }
  }

  @Test
  void aClosedStoreRefusesAppendsAndReads() {
    RocksFixture store = new RocksFixture(directory);
    Journal.Opened.Stream stream = open(store.journal(), DEVICE, EPOCH);
    append(store.journal(), PROJECT, DEVICE, 1);
    store.close();
    store.close();
    assertThat(store.store().health()).isEqualTo(Health.CLOSED);
    assertThat(
            get(store.journal().append(PROJECT, DEVICE, stream.fence(), EPOCH, 1, messages(1, 1))))
        .isEqualTo(new Unavailable("the journal is closed"));
    assertThat(get(store.journal().open(PROJECT, DEVICE, EPOCH)))
        .isEqualTo(new Journal.Opened.Unavailable("the journal is closed"));
    var wanted =
        new NewCommand(command(1), PROJECT, DEVICE, "echo", payload(1), Instant.EPOCH, null, "f");
    assertThat(get(store.commandLog().create(wanted)))
        .isEqualTo(new Created.Unavailable("the journal is closed"));
    assertThat(store.commandLog().change(command(1), CommandState.SENT)).isCompletedExceptionally();
    assertThatThrownBy(() -> store.journal().read(new Cursor("r1.x.y"), 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.commandLog().find(command(1)))
        .isInstanceOf(StoreException.class)
        .hasMessage("the journal is closed");
  }

  @Test
  void cursorsOfAnotherJournalAndBeyondTheEndAreRefused() {
    try (RocksFixture store = new RocksFixture(directory.resolve("a"));
        RocksFixture other = new RocksFixture(directory.resolve("b"))) {
      append(store.journal(), PROJECT, DEVICE, 1, 2, 3);
      Cursor head = store.journal().head();
      assertThat(head.token()).matches("r1\\.[0-9a-f]{8}\\.3");
      assertThatThrownBy(() -> other.journal().read(head, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("another journal");
      String beyond = head.token().substring(0, head.token().length() - 1) + "4";
      assertThatThrownBy(() -> store.journal().read(new Cursor(beyond), 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("beyond the end");
      assertThatThrownBy(() -> store.journal().read(new Cursor(head.token() + "zzzzzzzzzzzz"), 1))
          .hasMessageContaining("beyond the end");
      assertThatThrownBy(() -> store.journal().read(head, 0))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aListenerThatFailsHurtsNobody() {
    try (RocksFixture store = new RocksFixture(directory)) {
      AutoCloseable _ =
          store
              .journal()
              .onAppend(() -> {
                throw new IllegalStateException("a bad listener");
              });
      append(store.journal(), PROJECT, DEVICE, 1);
      append(store.journal(), PROJECT, DEVICE, 2);
      assertThat(numbers(store.journal())).containsExactly(1L, 2L);
    }
  }

  @Test
  void anAlmostFullDiskIsToldByTheHealth() {
    RocksConfig config =
        RocksFixture.small(directory).withDisk(Long.MAX_VALUE, Duration.ofSeconds(1));
    try (RocksFixture store = new RocksFixture(config)) {
      assertThat(store.store().health().state()).isEqualTo(Health.State.REFUSING);
      Journal.Opened.Stream stream = open(store.journal(), DEVICE, EPOCH);
      assertThat(
              get(
                  store
                      .journal()
                      .append(PROJECT, DEVICE, stream.fence(), EPOCH, 1, messages(1, 1))))
          .isInstanceOfSatisfying(
              Unavailable.class,
              full -> assertThat(full.reason()).contains("must stay free", "retention"));
      assertThat(
              store
                  .store()
                  .retention()
                  .run(_ -> RetentionPolicy.KEEP_ALL, Retention.Witness.NOBODY, 10)
                  .complete())
          .isTrue();
    }
  }

  @Test
  void aSettingOutOfRangeIsNamed() {
    assertThatThrownBy(() -> RocksConfig.in(directory).withQueue(0, 1024))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("queueRequests")
        .hasMessageContaining("at least 1");
    assertThatThrownBy(() -> RocksConfig.in(directory).withQueue(1, 1023))
        .hasMessageContaining("queueBytes");
    assertThatThrownBy(() -> RocksConfig.in(directory).withMemory(1 << 20, 65_535, 1 << 20))
        .hasMessageContaining("memtableBytes");
  }
}
