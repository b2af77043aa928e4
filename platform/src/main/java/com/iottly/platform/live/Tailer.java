package com.iottly.platform.live;

import com.iottly.platform.core.Cursor;
import com.iottly.platform.core.Journal;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.filter.Budget;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the journal once for all subscriptions that are up to date, on a thread of its own. Without
 * such subscriptions it reads nothing, and an append costs a look at a flag.
 */
final class Tailer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Tailer.class);
  private static final int SLICE = 1_024;
  private static final int LAST_STEP = 256;
  private static final long PATIENCE_SECONDS = 1;

  private final Journal journal;
  private final StreamLimits limits;
  private final Consumer<Subscription> behind;
  private final Queue<Subscription> joiners = new ConcurrentLinkedQueue<>();
  private final Semaphore wakeUps = new Semaphore(0);
  private final Map<ProjectId, List<Subscription>> followers = new HashMap<>();
  private final Journal.Subscription appends;
  private final Thread thread;
  private Cursor place;
  private volatile boolean idle = true;
  private volatile boolean closing;

  /**
   * @param behind takes a subscription that must read on by itself
   */
  Tailer(Journal journal, StreamLimits limits, Consumer<Subscription> behind) {
    this.journal = journal;
    this.limits = limits;
    this.behind = behind;
    this.place = journal.head();
    this.appends = journal.onAppend(this::onAppend);
    this.thread = Thread.ofPlatform().name("stream-tailer").daemon().start(this::run);
  }

  /** A subscription is up to date, or nearly. Any thread; from now on the tailer reads for it. */
  void join(Subscription subscription) {
    joiners.add(subscription);
    wakeUps.release();
  }

  /** Some subscriptions are over. Any thread. */
  void leave() {
    wakeUps.release();
  }

  /** On the journal's own thread, while nobody follows as well. */
  private void onAppend() {
    if (!idle && wakeUps.availablePermits() == 0) {
      wakeUps.release();
    }
  }

  private void run() {
    while (!closing) {
      try {
        boolean _ = wakeUps.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS);
        int _ = wakeUps.drainPermits();
        dropEnded();
        do {
          admit();
        } while (!closing && readOn());
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        LOG.atWarn().setCause(e).log("Streams could not read on; it will be tried again");
      }
    }
  }

  private void dropEnded() {
    followers.values().forEach(list -> list.removeIf(Subscription::isOver));
    followers.values().removeIf(List::isEmpty);
    idle = followers.isEmpty() && joiners.isEmpty();
  }

  /** Takes in who joins, with what lies between their place and ours. */
  private void admit() {
    for (Subscription joiner = joiners.peek(); joiner != null; joiner = joiners.peek()) {
      if (followers.isEmpty()) {
        idle = false;
        place = journal.head();
      }
      Stretch stretch = Stretch.read(journal, joiner.place(), Set.of(joiner.project()), LAST_STEP);
      var _ = joiners.remove();
      boolean reachesUs = journal.earlier(stretch.next(), place).equals(place);
      if (!reachesUs || !offer(joiner, stretch, budget())) {
        behind.accept(joiner);
      } else if (!joiner.isOver()) {
        joiner.live();
        followers.computeIfAbsent(joiner.project(), _ -> new ArrayList<>()).add(joiner);
      }
    }
    idle = followers.isEmpty() && joiners.isEmpty();
  }

  /** Reads a slice; false when there was none. */
  private boolean readOn() {
    if (followers.isEmpty()) {
      return false;
    }
    Stretch stretch = Stretch.read(journal, place, followers.keySet(), SLICE);
    if (stretch.next().equals(place)) {
      return false;
    }
    place = stretch.next();
    Map<ProjectId, List<Rendered>> byProject = stretch.byProject();
    followers.forEach(
        (project, list) -> offer(list, stretch.with(byProject.getOrDefault(project, List.of()))));
    return true;
  }

  private void offer(List<Subscription> list, Stretch stretch) {
    Budget budget = budget();
    list.removeIf(subscription -> {
      boolean taken = subscription.isOver() || offer(subscription, stretch, budget);
      if (!taken) {
        behind.accept(subscription);
      }
      return subscription.isOver() || !taken;
    });
  }

  /** False when it takes the others' time: then it has to read by itself. */
  private boolean offer(Subscription subscription, Stretch stretch, Budget budget) {
    try {
      subscription.follow(journal, stretch, budget);
    } catch (Budget.SpentException e) {
      return false;
    } catch (RuntimeException e) {
      LOG.atError().setCause(e).log("A subscription could not follow");
      subscription.giveUp(
          new StreamException(
              "internal_error",
              "Something went wrong on our side. Subscribe again from the cursor."));
    }
    return true;
  }

  private Budget budget() {
    return Budget.of(limits.filterTime(), System::nanoTime);
  }

  @Override
  public void close() {
    closing = true;
    appends.close();
    wakeUps.release();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
