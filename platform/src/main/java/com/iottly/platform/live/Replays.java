package com.iottly.platform.live;

import com.iottly.platform.core.Cursor;
import com.iottly.platform.core.Journal;
import com.iottly.platform.core.JournalException;
import com.iottly.platform.filter.Budget;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the past of subscriptions, each on a virtual thread at its client's pace. Only so many read
 * at once; who waits for its client does not count.
 */
final class Replays {

  private static final Logger LOG = LoggerFactory.getLogger(Replays.class);
  private static final int SLICE = 256;

  private final Journal journal;
  private final Executor blocking;
  private final Duration runTime;
  private final Semaphore turns;

  /**
   * @param runTime how long a filter may take over one slice
   */
  Replays(Journal journal, Executor blocking, StreamLimits limits, Duration runTime) {
    this.journal = journal;
    this.blocking = blocking;
    this.runTime = runTime;
    this.turns = new Semaphore(limits.replays(), true);
  }

  /** Reads from the subscription's place on until now, then hands it on. */
  void start(Subscription subscription, Consumer<Subscription> upToDate) {
    blocking.execute(() -> run(subscription, upToDate));
  }

  private void run(Subscription subscription, Consumer<Subscription> upToDate) {
    try {
      while (!subscription.isOver()) {
        subscription.connection().awaitSpace();
        if (step(subscription)) {
          upToDate.accept(subscription);
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Budget.SpentException e) {
      subscription.giveUp(
          new StreamException(
              "query_too_slow",
              "The filter took more than %d ms for %d messages. Make it simpler."
                  .formatted(runTime.toMillis(), SLICE)));
    } catch (JournalException e) {
      LOG.atWarn().setCause(e).log("A stream could not be replayed");
      subscription.giveUp(
          new StreamException(
              "unavailable",
              "The platform can't reach its messages now. Subscribe again from the cursor."));
    }
  }

  /** Reads a slice; whether it came to what was the end when it began. */
  private boolean step(Subscription subscription) throws InterruptedException {
    turns.acquire();
    try {
      Cursor head = journal.head();
      Stretch stretch =
          Stretch.read(journal, subscription.place(), Set.of(subscription.project()), SLICE);
      subscription.replay(journal, stretch, Budget.of(runTime, System::nanoTime));
      return journal.earlier(head, stretch.next()).equals(head);
    } finally {
      turns.release();
    }
  }
}
