package com.iottly.platform.webhook;

import com.iottly.platform.core.Cursor;
import com.iottly.platform.core.Entry;
import com.iottly.platform.core.Journal;
import com.iottly.platform.core.ProjectId;
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
 * Reads the journal once for all lanes that are up to date, on a thread of its own. Without such
 * lanes it reads nothing.
 */
final class Tailer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Tailer.class);
  private static final int SLICE = 1_024;
  private static final int LAST_STEP = 256;
  private static final long PATIENCE_SECONDS = 1;

  private final Journal journal;
  private final Consumer<List<Step>> courier;
  private final Queue<Step.Join> joiners = new ConcurrentLinkedQueue<>();
  private final Semaphore wakeUps = new Semaphore(0);
  private final Map<ProjectId, List<Lane>> followers = new HashMap<>();
  private final Journal.Subscription subscription;
  private final Thread thread;
  private Cursor place;
  private volatile boolean idle = true;
  private volatile boolean closing;

  /**
   * @param courier takes the steps that lanes ask for
   */
  Tailer(Journal journal, Consumer<List<Step>> courier) {
    this.journal = journal;
    this.courier = courier;
    this.place = journal.head();
    this.thread = Thread.ofPlatform().name("webhook-tailer").daemon().unstarted(this::run);
    this.subscription = journal.onAppend(this::onAppend);
  }

  void start() {
    thread.start();
  }

  /** A lane wants to follow. Any thread. */
  void join(Step.Join join) {
    joiners.add(join);
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
        do {
          admit();
        } while (!closing && readOn());
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        LOG.atWarn().setCause(e).log("Webhooks could not read on; it will be tried again");
      }
    }
  }

  private void admit() {
    for (Step.Join join = joiners.peek(); join != null; join = joiners.peek()) {
      if (idle) {
        place = journal.head();
        idle = false;
      }
      Lane lane = join.lane();
      ProjectId project = lane.webhook().project();
      Journal.Slice slice = journal.read(join.after(), Set.of(project), LAST_STEP);
      var _ = joiners.remove();
      boolean complete = journal.earlier(slice.next(), place).equals(place);
      List<Step> steps = lane.joined(join, slice, complete);
      if (lane.isFollowing()) {
        List<Lane> lanes = followers.computeIfAbsent(project, _ -> new ArrayList<>());
        if (!lanes.contains(lane)) {
          lanes.add(lane);
        }
      }
      courier.accept(steps);
    }
    idle = followers.isEmpty();
  }

  /** Reads a slice; false when there was none. */
  private boolean readOn() {
    if (followers.isEmpty()) {
      return false;
    }
    Journal.Slice slice = journal.read(place, followers.keySet(), SLICE);
    if (slice.next().equals(place)) {
      return false;
    }
    Map<ProjectId, List<Entry>> byProject = new HashMap<>();
    for (Entry entry : slice.entries()) {
      byProject.computeIfAbsent(entry.project(), _ -> new ArrayList<>()).add(entry);
    }
    byProject.forEach((project, entries) -> offer(project, entries, slice.next()));
    place = slice.next();
    return true;
  }

  private void offer(ProjectId project, List<Entry> entries, Cursor next) {
    List<Lane> lanes = followers.getOrDefault(project, List.of());
    for (Lane lane : List.copyOf(lanes)) {
      courier.accept(lane.offer(place, entries, next));
      if (!lane.isFollowing()) {
        lanes.remove(lane);
      }
    }
    if (lanes.isEmpty()) {
      followers.remove(project);
    }
  }

  @Override
  public void close() {
    closing = true;
    subscription.close();
    wakeUps.release();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
