package com.iottly.platform.webhook;

import com.iottly.platform.core.Cursor;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.Entry;
import com.iottly.platform.core.Journal;
import com.iottly.platform.core.Message;
import com.iottly.platform.webhook.Line.Pending;
import com.iottly.platform.webhook.Line.Slice;
import com.iottly.platform.webhook.Webhook.State;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one webhook has before it and how far it is: pure bookkeeping, which answers every event
 * with the {@link Step}s to take next. Any thread; nothing waits under its lock.
 *
 * <pre>
 *   follows the tailer ── no room ──→ reads by itself ── at the end ──→ joins the tailer again
 *   a device's line: in order ── refused ──→ parked ── caught up ──→ in order
 *                                            parked ── tried for 75 h ──→ dead letter, goes on
 * </pre>
 */
final class Lane {

  /** After that long of nothing but failures, a success brings all retries forward. */
  private static final Duration OUTAGE = Duration.ofMinutes(1);

  private record Read(Slice slice, Cursor next) {}

  private final Journal journal;
  private final InstantSource clock;
  private final WebhookLimits limits;
  private final LaneLog log;
  private final Lines lines;

  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Read> reads = new ArrayDeque<>();
  private Webhook webhook;
  private Endpoint endpoint;

  /** Before this place everything is done, or parked. */
  private Cursor low;

  /** How far the journal was read. */
  private Cursor reached;

  private boolean following;
  private boolean reading;
  private int generation;
  private boolean closed;

  /**
   * @param place from where the journal is still to be read
   * @param deliveries the number of its newest delivery
   */
  Lane(
      Webhook webhook,
      Cursor place,
      long deliveries,
      Journal journal,
      InstantSource clock,
      WebhookLimits limits,
      Backoff backoff) {
    this.webhook = webhook;
    this.endpoint = Endpoint.of(webhook.definition());
    this.low = place;
    this.reached = place;
    this.journal = journal;
    this.clock = clock;
    this.limits = limits;
    this.log = new LaneLog(limits, deliveries);
    this.lines = new Lines(place, journal, clock, limits, backoff, log);
  }

  private <T> T locked(Supplier<T> body) {
    lock.lock();
    try {
      return body.get();
    } finally {
      lock.unlock();
    }
  }

  private List<Step> steps(Runnable event) {
    return locked(() -> {
      event.run();
      return next();
    });
  }

  private List<Step> next() {
    while (!reads.isEmpty() && reads.getFirst().slice().isDone()) {
      low = reads.removeFirst().next();
      log.touch();
    }
    List<Step> steps = new ArrayList<>();
    if (closed || webhook.standing().state() != State.ACTIVE) {
      return steps;
    }
    for (Line line = lines.next(); line != null; line = lines.next()) {
      steps.add(next(line));
    }
    if (!following && !reading && lines.isHalfEmpty()) {
      reading = true;
      steps.add(new Step.Read(this, generation, reached, lines.room()));
    }
    return steps;
  }

  private Step next(Line line) {
    Pending first = line.queue.peek();
    if (first == null) {
      return new Step.Load(this, line, line.next, line.through);
    }
    int count = line.retry == null ? 1 : line.retry.attempts() + 1;
    return new Step.Send(this, line, webhook, endpoint, first.message(), count);
  }

  /**
   * The tailer has new entries of the project.
   *
   * @param from the place before them
   */
  List<Step> offer(Cursor from, List<Entry> entries, Cursor next) {
    return steps(() -> following = following && take(later(reached, from), entries, next));
  }

  /**
   * What it read by itself.
   *
   * @param atEnd whether it came to the end; then it wants to join the tailer
   */
  List<Step> read(Step.Read asked, Journal.Slice slice, boolean atEnd) {
    return locked(() -> {
      reading = false;
      boolean tookAll =
          asked.generation() == generation && take(reached, slice.entries(), slice.next());
      boolean joins = tookAll && atEnd && slice.entries().size() <= limits.window() / 4;
      reading = joins;
      List<Step> steps = next();
      if (joins) {
        steps.add(new Step.Join(this, generation, reached));
      }
      return steps;
    });
  }

  /**
   * The tailer read on for it.
   *
   * @param complete whether that is as far as the tailer is; it follows from now on
   */
  List<Step> joined(Step.Join asked, Journal.Slice slice, boolean complete) {
    return steps(() -> {
      reading = false;
      if (asked.generation() == generation && !closed) {
        following = take(reached, slice.entries(), slice.next()) && complete;
      }
    });
  }

  /** The journal did not serve; it is asked again at the next tick. */
  void readFailed() {
    locked(() -> {
      reading = false;
      return reading;
    });
  }

  /** Takes in what it has room for; false when something is left to be read again. */
  private boolean take(Cursor from, List<Entry> entries, Cursor next) {
    Slice slice = new Slice();
    Cursor end = next;
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i) instanceof Message message
          && webhook.definition().selects(message)
          && journal.leadsTo(reached, message.position())) {
        if (lines.isFull()) {
          end = advance(from, entries.subList(0, i));
          break;
        }
        lines.add(message, slice);
      }
    }
    reached = later(reached, end);
    reads.add(new Read(slice, reached));
    return end.equals(next);
  }

  private Cursor advance(Cursor from, List<Entry> over) {
    Cursor place = from;
    for (Entry entry : over) {
      place = journal.advance(place, entry);
    }
    return place;
  }

  private Cursor later(Cursor one, Cursor other) {
    return journal.earlier(one, other).equals(one) ? other : one;
  }

  /** What a look into a parked device's history found. */
  List<Step> loaded(Step.Load asked, List<Message> messages, boolean more) {
    return steps(() -> lines.loaded(asked, messages, more, webhook.definition()));
  }

  /** The history did not serve. */
  List<Step> loadFailed(Step.Load asked) {
    return steps(() -> lines.loadFailed(asked.line()));
  }

  /** An attempt is over. */
  List<Step> finished(Step.Send sent, Attempt attempt) {
    return steps(() -> {
      log.add(sent.message().id().toString(), sent.line().device, sent.count(), attempt);
      note(attempt);
      lines.finished(sent.line(), sent.message(), attempt);
    });
  }

  /** What an attempt says about the endpoint as a whole. */
  private void note(Attempt attempt) {
    Instant now = clock.instant();
    Instant since = webhook.standing().failingSince();
    if (attempt.delivered()) {
      if (since != null) {
        standing(webhook.standing().failing(null));
        if (since.plus(OUTAGE).isBefore(now)) {
          lines.retryAll(now);
        }
      }
    } else if (attempt.isGone()) {
      disable("the endpoint answered 410 Gone");
    } else if (since == null) {
      standing(webhook.standing().failing(now));
    } else if (since.plus(limits.disableAfter()).isBefore(now)) {
      disable("nothing but failures since " + since + "; the last one: " + attempt.reason());
    }
  }

  /** Wakes those whose time has come. */
  List<Step> tick() {
    return steps(() -> lines.wake(clock.instant()));
  }

  /** Takes over what the owner changed. */
  List<Step> change(WebhookDefinition definition, Secrets secrets) {
    return steps(() -> {
      webhook = webhook.with(definition).with(secrets);
      endpoint = Endpoint.of(definition);
    });
  }

  /** Stops sending; what is on its way is finished. */
  List<Step> pause() {
    return steps(() -> state(State.PAUSED, null));
  }

  /** Sends again, and tries what was refused at once. */
  List<Step> resume() {
    return steps(() -> {
      state(State.ACTIVE, null);
      standing(webhook.standing().failing(null));
      lines.retryAll(clock.instant());
      lines.wake(clock.instant());
    });
  }

  /** Gives up, with a reason for the owner. */
  List<Step> disabled(String reason) {
    return steps(() -> {
      reading = false;
      disable(reason);
    });
  }

  private void disable(String reason) {
    if (webhook.standing().state() == State.ACTIVE) {
      state(State.DISABLED, reason);
    }
  }

  /** Goes back to that place, unless it has not come so far yet. */
  List<Step> replay(Cursor from) {
    return steps(() -> {
      if (hasPassed(from)) {
        goTo(from);
      }
    });
  }

  private boolean hasPassed(Cursor place) {
    try {
      return !journal.earlier(low, place).equals(low);
    } catch (IllegalArgumentException e) {
      // Its own place is of another journal, which is why it was disabled.
      return true;
    }
  }

  private void goTo(Cursor from) {
    reads.clear();
    lines.replay(from);
    generation++;
    following = false;
    low = from;
    reached = from;
    log.touch();
  }

  /** A parked device of an earlier life. */
  void restore(DeviceId device, LaneLog.Parked place) {
    locked(() -> {
      lines.restore(device, place.next(), place.retry());
      return lines;
    });
  }

  /** Sends nothing any more. */
  void close() {
    locked(() -> {
      following = false;
      closed = true;
      return closed;
    });
  }

  /** Parks whatever waits, so that nothing that is done is sent again after a restart. */
  void suspend() {
    steps(lines::parkAll);
  }

  /** These entries go from the journal; counts those it had still to send. */
  long going(List<Entry> entries) {
    return locked(() -> {
      long lost = entries.stream().filter(entry -> entry instanceof Message m && loses(m)).count();
      if (lost > 0) {
        standing(webhook.standing().missing(lost));
      }
      return lost;
    });
  }

  private boolean loses(Message message) {
    return webhook.definition().selects(message)
        && (journal.leadsTo(reached, message.position()) || lines.loses(message));
  }

  private void state(State state, @Nullable String reason) {
    standing(webhook.standing().with(state, reason));
  }

  private void standing(Webhook.Standing standing) {
    webhook = webhook.with(standing);
    log.touch();
  }

  Webhook webhook() {
    return locked(() -> webhook);
  }

  boolean isDirty() {
    return locked(log::isDirty);
  }

  boolean isFollowing() {
    return locked(() -> following);
  }

  /** Notes an attempt that was made beside the order of messages. */
  void record(String message, @Nullable DeviceId device, Attempt attempt) {
    locked(() -> {
      log.add(message, device, 1, attempt);
      return attempt;
    });
  }

  /** What is to be written, with the place it belongs to. */
  LaneLog.Changes changes() {
    return locked(() -> log.changes(webhook, low));
  }

  /** That was written. */
  void saved(LaneLog.Changes changes) {
    locked(() -> {
      log.saved(changes);
      return changes;
    });
  }
}
