package com.iottly.platform.webhook;

import com.iottly.platform.core.Cursor;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.Journal;
import com.iottly.platform.core.Message;
import com.iottly.platform.core.MessageId;
import com.iottly.platform.webhook.Line.Pending;
import com.iottly.platform.webhook.Line.Slice;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The devices with messages before them, each in one of four places: {@code ready} to send, busy
 * sending, {@code waiting} for its next try, or gone when nothing is left. Its {@link Lane} guards
 * it.
 */
final class Lines {

  private static final Comparator<Line> BY_TIME =
      Comparator.comparing(line -> line.retry == null ? Instant.MIN : line.retry.at());

  private final Journal journal;
  private final InstantSource clock;
  private final WebhookLimits limits;
  private final Backoff backoff;
  private final LaneLog log;
  private final Map<DeviceId, Line> lines = new HashMap<>();
  private final Deque<Line> ready = new ArrayDeque<>();
  private final PriorityQueue<Line> waiting = new PriorityQueue<>(BY_TIME);

  /** Where parked lines of an earlier life end: what it does not lead to is theirs. */
  private Cursor start;

  private int inFlight;
  private int held;
  private long heldBytes;
  private int parked;

  Lines(
      Cursor start,
      Journal journal,
      InstantSource clock,
      WebhookLimits limits,
      Backoff backoff,
      LaneLog log) {
    this.start = start;
    this.journal = journal;
    this.clock = clock;
    this.limits = limits;
    this.backoff = backoff;
    this.log = log;
  }

  /** Whether nothing more may be taken in. */
  boolean isFull() {
    return held >= limits.window() || heldBytes >= limits.windowBytes();
  }

  /** Whether it is worthwhile to read on. */
  boolean isHalfEmpty() {
    return held <= limits.window() / 2 && heldBytes <= limits.windowBytes() / 2;
  }

  int room() {
    return limits.window() - held;
  }

  /** Takes out the next line to send, if one may go. */
  @Nullable Line next() {
    if (inFlight == limits.inFlight() || ready.isEmpty()) {
      return null;
    }
    Line line = ready.remove();
    line.busy = true;
    inFlight++;
    return line;
  }

  void add(Message message, Slice slice) {
    Line line = lines.computeIfAbsent(message.device(), Line::new);
    if (line.parked) {
      if (message.id().compareTo(line.next) >= 0) {
        line.through = Math.max(line.through, message.position());
      }
      return;
    }
    hold(line, new Pending(message, slice));
    if (line.queue.size() == 1 && !line.busy) {
      ready.add(line);
    }
  }

  private void hold(Line line, Pending pending) {
    line.queue.add(pending);
    held++;
    heldBytes += pending.message().payload().size();
    if (pending.slice() != null) {
      pending.slice().opened();
    }
  }

  private void release(Pending pending) {
    held--;
    heldBytes -= pending.message().payload().size();
    if (pending.slice() != null) {
      pending.slice().closed();
    }
  }

  private void drop(Line line) {
    while (!line.queue.isEmpty()) {
      release(line.queue.remove());
    }
  }

  private void goOn(Line line) {
    if (lines.get(line.device) != line) {
      return;
    }
    if (line.retry != null) {
      waiting.add(line);
    } else if (line.parked || !line.queue.isEmpty()) {
      ready.add(line);
    } else {
      lines.remove(line.device);
    }
  }

  /** An attempt is over. */
  void finished(Line line, Message message, Attempt attempt) {
    inFlight--;
    line.busy = false;
    if (!line.beginsWith(message)) {
      goOn(line);
    } else if (attempt.delivered()) {
      pass(line);
    } else {
      refused(line, message, attempt);
    }
  }

  private void pass(Line line) {
    Pending done = line.queue.remove();
    release(done);
    line.retry = null;
    if (line.parked) {
      line.next = behind(done.message());
      log.parked(line);
    }
    goOn(line);
  }

  private void refused(Line line, Message message, Attempt attempt) {
    Instant now = clock.instant();
    Instant first = line.retry == null ? now : line.retry.first();
    int attempts = line.retry == null ? 1 : line.retry.attempts() + 1;
    Instant next = backoff.next(now, attempts, attempt.retryAfter());
    if (next.isAfter(first.plus(limits.retryFor()))) {
      log.add(new DeadLetter(message.id(), line.device, attempts, now, attempt.reason()));
      pass(line);
      return;
    }
    line.retry = new Retry(attempts, first, next, attempt.reason());
    if (line.parked) {
      drop(line);
      log.parked(line);
    } else if (parked < limits.parkedDevices()) {
      park(line);
    }
    goOn(line);
  }

  private void park(Line line) {
    line.next = line.queue.getFirst().message().id();
    line.through = line.queue.getLast().message().position();
    line.parked = true;
    parked++;
    drop(line);
    log.parked(line);
  }

  private void unpark(Line line) {
    lines.remove(line.device);
    parked--;
    log.unparked(line.device);
  }

  /** A parked line of an earlier life. */
  void restore(DeviceId device, MessageId next, @Nullable Retry retry) {
    Line line = new Line(device);
    line.parked = true;
    line.next = next;
    line.retry = retry;
    parked++;
    lines.put(device, line);
    goOn(line);
  }

  /** Parks whatever waits. */
  void parkAll() {
    for (Line line : lines.values()) {
      if (!line.parked && !line.queue.isEmpty()) {
        park(line);
      }
    }
  }

  /**
   * What a look into a parked line's history found.
   *
   * @param more whether there may be more behind it
   */
  void loaded(Step.Load asked, List<Message> messages, boolean more, WebhookDefinition definition) {
    Line line = asked.line();
    inFlight--;
    line.busy = false;
    if (lines.get(line.device) != line) {
      return;
    }
    boolean mine = true;
    for (Message message : messages) {
      mine = mine && isOf(line, message);
      if (mine && definition.selects(message)) {
        hold(line, new Pending(message, null));
      }
    }
    boolean morePassed = line.through != asked.through();
    if (line.queue.isEmpty() && mine && more) {
      line.next = behind(messages.getLast());
    } else if (line.queue.isEmpty() && !morePassed) {
      unpark(line);
      return;
    }
    ready.add(line);
  }

  /** The history did not serve; it is asked again at the next tick. */
  void loadFailed(Line line) {
    inFlight--;
    line.busy = false;
    if (lines.get(line.device) == line) {
      waiting.add(line);
    }
  }

  /** Whether the lane has passed over it for that parked line. */
  private boolean isOf(Line line, Message message) {
    return message.position() <= line.through || !journal.leadsTo(start, message.position());
  }

  private static MessageId behind(Message message) {
    return new MessageId(message.id().seconds(), message.position() + 1);
  }

  /** Wakes those whose time has come. */
  void wake(Instant now) {
    while (true) {
      Line first = waiting.peek();
      if (first == null || (first.retry != null && first.retry.at().isAfter(now))) {
        return;
      }
      ready.add(waiting.remove());
    }
  }

  /** Makes everybody try at that time at the latest. */
  void retryAll(Instant at) {
    List<Line> all = new ArrayList<>(waiting);
    waiting.clear();
    for (Line line : all) {
      if (line.retry != null && line.retry.at().isAfter(at)) {
        line.retry = line.retry.at(at);
      }
      waiting.add(line);
    }
  }

  /** Forgets what a reader that goes on from there comes to again. */
  void replay(Cursor from) {
    List<Line> all = List.copyOf(lines.values());
    waiting.clear();
    ready.clear();
    lines.clear();
    start = from;
    for (Line line : all) {
      drop(line);
      if (!line.parked) {
        continue;
      }
      if (journal.leadsTo(from, line.next.position())) {
        unpark(line);
      } else {
        lines.put(line.device, line);
        if (!line.busy) {
          goOn(line);
        }
      }
    }
  }

  /**
   * Whether the message, which goes from the journal, was still to be sent; if it waits here, it no
   * longer does.
   */
  boolean loses(Message message) {
    Line line = lines.get(message.device());
    if (line == null) {
      return false;
    }
    if (line.parked) {
      return message.id().compareTo(line.next) >= 0;
    }
    for (Pending pending : line.queue) {
      if (pending.message().position() == message.position()) {
        if (!line.busy || !line.beginsWith(message)) {
          forget(line, pending);
        }
        return true;
      }
    }
    return false;
  }

  private void forget(Line line, Pending pending) {
    boolean first = line.beginsWith(pending.message());
    line.queue.remove(pending);
    release(pending);
    if (first) {
      ready.remove(line);
      waiting.remove(line);
      line.retry = null;
      goOn(line);
    }
  }
}
