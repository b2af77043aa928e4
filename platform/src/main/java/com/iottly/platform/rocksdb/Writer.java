package com.iottly.platform.rocksdb;

import com.iottly.platform.core.Journal;
import com.iottly.platform.rocksdb.StoreException.Code;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread that writes, and that opens the database anew after a failed write. */
final class Writer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Writer.class);
  private static final long CLOCK_ALARM_MILLIS = 60_000;

  private final RocksConfig config;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Disk disk;
  private final Gate gate;
  private final Bounds bounds;
  private final RequestQueue queue;
  private final Sessions sessions = new Sessions();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final Thread thread = new Thread(this::run, "journal-writer");
  private volatile @Nullable String trouble;
  private Ledger ledger;

  Writer(
      RocksConfig config,
      InstantSource clock,
      RandomGenerator random,
      Disk disk,
      Gate gate,
      Bounds bounds,
      Database database,
      Meta meta) {
    this.config = config;
    this.clock = clock;
    this.random = random;
    this.disk = disk;
    this.gate = gate;
    this.bounds = bounds;
    this.queue = new RequestQueue(config);
    this.ledger = new Ledger(database, config, sessions, meta);
    warnOfClock(meta);
  }

  void start() {
    thread.start();
  }

  /** Hands over a request; it is done later or refused now. Any thread. */
  void submit(Request request) {
    queue.offer(request);
  }

  Journal.Subscription onAppend(Runnable listener) {
    // Wrapped, so that a listener that subscribes twice can unsubscribe each.
    Runnable subscription = () -> listener.run();
    listeners.add(subscription);
    return () -> {
      boolean _ = listeners.remove(subscription);
    };
  }

  /** Why a write failed and nothing is taken, or null. */
  @Nullable String trouble() {
    return trouble;
  }

  /** Does what waits, then stops. */
  @Override
  public void close() {
    queue.close(Health.CLOSED.reason());
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(Code.UNAVAILABLE, "interrupted while the journal was closing", e);
    }
  }

  private void run() {
    String end = Health.CLOSED.reason();
    try {
      List<Request> group = queue.take();
      while (!group.isEmpty()) {
        write(group);
        group = queue.take();
      }
    } catch (Throwable e) {
      end = "the journal's writer died: " + e;
      trouble = end;
      LOG.error("journal writer died", e);
      throw e;
    } finally {
      queue.close(end);
      queue.refuse(end);
      ledger.close();
    }
  }

  private void write(List<Request> group) {
    try {
      String refusal = disk.refusal();
      ledger.begin(clock.millis());
      for (Request request : AppendOrder.byDevice(group)) {
        if (refusal != null && request.addsData()) {
          request.refuse(refusal);
        } else {
          ledger.add(request);
        }
      }
      ledger.commit();
    } catch (RocksDBException | RuntimeException e) {
      recover(group, e);
      return;
    }
    boolean grown = ledger.position() > bounds.newest();
    bounds.newest(ledger.position());
    ledger.answer();
    if (grown) {
      nudge();
    }
  }

  private void nudge() {
    for (Runnable listener : listeners) {
      try {
        listener.run();
      } catch (RuntimeException e) {
        LOG.error("a listener of the journal failed", e);
      }
    }
  }

  private void recover(List<Request> group, Exception failure) {
    String reason = Failures.writing(failure);
    LOG.error("journal stopped taking data: {}", reason, failure);
    refuseAll(reason);
    group.forEach(request -> request.refuse(reason));
    while (!queue.awaitClose(config.recoveryInterval().toNanos())) {
      String problem = disk.probe();
      if (problem == null) {
        problem = reopen(reason);
      }
      if (problem == null) {
        trouble = null;
        queue.admit();
        LOG.info("journal takes data again");
        // What the failed group left on disk, if anything, is news to the readers.
        nudge();
        return;
      }
      refuseAll(problem);
    }
  }

  private void refuseAll(String reason) {
    trouble = reason;
    queue.refuse(reason);
  }

  /** What is on disk after a failed write is unknown: reads everything again. */
  private @Nullable String reopen(String reason) {
    try {
      ledger.close();
      gate.close("the journal recovers from a failed write: " + reason);
      Database database = Database.open(config);
      gate.open(database);
      Meta meta = Meta.of(database, config.directory(), random);
      sessions.forget();
      ledger = new Ledger(database, config, sessions, meta);
      bounds.newest(meta.position());
      return null;
    } catch (RocksDBException | RuntimeException e) {
      LOG.warn("journal can't be opened anew yet", e);
      return Failures.writing(e);
    }
  }

  private void warnOfClock(Meta meta) {
    long ahead = meta.timestamp() - clock.millis();
    if (ahead > CLOCK_ALARM_MILLIS) {
      LOG.warn(
          "the journal's newest entry is {} s ahead of the clock; until the clock has passed it,"
              + " new entries get its timestamp",
          ahead / 1000);
    }
  }
}
