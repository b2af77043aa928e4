package com.iottly.platform.live;

import com.iottly.platform.core.Cursor;
import com.iottly.platform.core.Journal;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.filter.Budget;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Events of one selection on their way to one client. It has one reader at a time, a replay or the
 * tailer, which alone offers it what it read; any thread may end it.
 */
final class Subscription {

  private static final int FRAME_BYTES = 64 << 10;
  private static final String TAIL = "]}";

  /** An event that is wanted, and the place before it. */
  private record Wanted(Rendered.Event event, Cursor before) {}

  private final Connection connection;
  private final String name;
  private final Selection selection;
  private final String head;
  private final int frameOverhead;

  private volatile Cursor place;
  private volatile boolean over;

  /** How many events the client missed since it was told last; guarded by this, like the next. */
  private long missed;

  private @Nullable Cursor missedFrom;
  private boolean announcedLive;

  Subscription(Connection connection, String name, Selection selection, Cursor place) {
    this.connection = connection;
    this.name = name;
    this.selection = selection;
    this.place = place;
    this.head = Frames.eventsHead(name);
    this.frameOverhead = head.getBytes(StandardCharsets.UTF_8).length + TAIL.length();
  }

  Connection connection() {
    return connection;
  }

  ProjectId project() {
    return connection.client().project();
  }

  String name() {
    return name;
  }

  /** Up to where its reader has read for it. */
  Cursor place() {
    return place;
  }

  /** From where its client should go on if the connection broke now. */
  synchronized Cursor resumeFrom() {
    return missedFrom == null ? place : missedFrom;
  }

  /** Nothing more goes to the client behind this call. */
  synchronized void end() {
    over = true;
  }

  boolean isOver() {
    return over;
  }

  /** Gives it up, and tells its client why. */
  void giveUp(StreamException why) {
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
      connection.send(Frames.ended(name, resumeFrom(), why));
    }
    connection.forget(this);
  }

  /** The past is told. */
  synchronized void live() {
    if (!announcedLive && !over) {
      announcedLive = true;
      connection.send(Frames.live(name, place));
    }
  }

  /**
   * Puts what it wants of a stretch before the client, whatever is on its way already.
   *
   * @throws Budget.SpentException when the budget is spent; then nothing was put before it
   */
  void replay(Journal journal, Stretch stretch, Budget budget) {
    deliver(wanted(journal, stretch, budget), true);
    moveOn(journal, stretch);
  }

  /**
   * The same, but what is too much for the client now it misses, and it is told so.
   *
   * @throws Budget.SpentException when the budget is spent; then nothing was put before it
   */
  void follow(Journal journal, Stretch stretch, Budget budget) {
    deliver(wanted(journal, stretch, budget), false);
    moveOn(journal, stretch);
  }

  private List<Wanted> wanted(Journal journal, Stretch stretch, Budget budget) {
    List<Wanted> wanted = new ArrayList<>();
    boolean allNew = stretch.from().equals(place);
    Cursor before = place;
    for (Rendered rendered : stretch.entries()) {
      if (allNew || journal.leadsTo(place, rendered.entry().position())) {
        Kind kind = selection.wanted(rendered, budget);
        if (kind != null) {
          wanted.add(new Wanted(rendered.as(kind), before));
        }
        before = rendered.cursor();
      }
    }
    return wanted;
  }

  /** It may have read beyond the stretch already. */
  private void moveOn(Journal journal, Stretch stretch) {
    if (journal.earlier(place, stretch.next()).equals(place)) {
      place = stretch.next();
    }
  }

  private void deliver(List<Wanted> wanted, boolean patient) {
    int first = 0;
    while (first < wanted.size() && !over) {
      StringBuilder frame = new StringBuilder(head);
      long bytes = frameOverhead;
      int end = first;
      while (end < wanted.size()
          && (end == first || bytes + wanted.get(end).event().bytes() < FRAME_BYTES)) {
        if (end > first) {
          frame.append(',');
        }
        frame.append(wanted.get(end).event().json());
        bytes += wanted.get(end).event().bytes() + 1L;
        end++;
      }
      put(frame.append(TAIL).toString(), bytes, wanted.get(first).before(), end - first, patient);
      first = end;
    }
  }

  private void put(String frame, long bytes, Cursor before, int events, boolean patient) {
    synchronized (this) {
      if (over) {
        return;
      }
      if (patient) {
        connection.send(frame, bytes);
        return;
      }
      if (missedFrom == null && connection.offer(frame, bytes)) {
        return;
      }
      if (missedFrom == null) {
        missedFrom = before;
      }
      missed += events;
    }
    // The client may have caught up before it was noted that it had not.
    tellMissed();
  }

  /** Tells the client what it missed, if it did and reads again. */
  synchronized void tellMissed() {
    Cursor from = missedFrom;
    if (from != null && !over && connection.room().isSpacious()) {
      connection.send(Frames.lagged(name, missed, from));
      missed = 0;
      missedFrom = null;
    }
  }
}
