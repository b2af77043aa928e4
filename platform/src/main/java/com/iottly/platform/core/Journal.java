package com.iottly.platform.core;

import com.iottly.wire.Epoch;
import com.iottly.wire.Payload;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The durable, ordered log of everything that happens in the projects.
 *
 * <p>Appends return at once; their future completes after the data is on disk, on a thread of the
 * journal's: hop off it before doing anything that waits. Futures never complete exceptionally; a
 * full queue and a broken store are {@link AppendOutcome.Unavailable}. Appends of one device are
 * stored in the order of the calls. All methods may be called from any thread.
 */
public interface Journal {

  /**
   * A new session of the device begins: from now on appends with an older fence are {@link
   * AppendOutcome.Fenced}. It takes effect behind every append made before it, so {@code received}
   * covers them.
   */
  CompletableFuture<Opened> open(ProjectId project, DeviceId device, Epoch epoch);

  /** What became of {@link #open}. */
  sealed interface Opened {

    /**
     * The session may append.
     *
     * @param fence the right to append, as long as no newer session is opened
     * @param received the highest durable sequence of the epoch, 0 when it is unknown
     */
    record Stream(long fence, long received) implements Opened {}

    /**
     * The journal can't serve now.
     *
     * @param reason why, for an operator
     */
    record Unavailable(String reason) implements Opened {}
  }

  /**
   * Messages of a device's spool with consecutive sequences. What is there already is left out; the
   * rest, the command replies' effects and the new highest sequence are written in one atomic step.
   *
   * @param first the sequence of the first entry
   */
  CompletableFuture<AppendOutcome> append(
      ProjectId project,
      DeviceId device,
      long fence,
      Epoch epoch,
      long first,
      List<Uplink> entries);

  /**
   * The device's spool lost the sequences {@code from} to {@code through}: they count as received,
   * and a message of type {@code iottlyagent} says so in their place.
   */
  CompletableFuture<AppendOutcome> appendGap(
      ProjectId project,
      DeviceId device,
      long fence,
      Epoch epoch,
      long from,
      long through,
      String reason);

  /**
   * A session begins or ends: a message of type {@code iottlyagent} that the platform itself
   * writes. A superseded session writes nothing. Sessions that a crash ended are noted as {@code
   * DISCONNECTED} by the journal itself when it is opened again.
   */
  CompletableFuture<AppendOutcome> appendPresence(
      ProjectId project, DeviceId device, long fence, Presence presence);

  /**
   * A message of type {@code iottlyagent} about a device that the platform itself writes, with or
   * without a session.
   */
  CompletableFuture<AppendOutcome> appendNote(ProjectId project, DeviceId device, Payload payload);

  /** The place behind the newest entry that is durable now. */
  Cursor head();

  /** The place before the oldest entry that is retained. */
  Cursor tail();

  /**
   * Up to {@code limit} entries behind the cursor, oldest first. Blocks on disk: not for event
   * loops.
   *
   * @throws IllegalArgumentException when the cursor is not one of this journal's, with a sentence
   *     that says why
   */
  Slice read(Cursor after, int limit);

  /**
   * The same, but only what happened in these projects. It may answer with few entries or none
   * before it has come to the end; at the end {@link Slice#next} is the head.
   */
  Slice read(Cursor after, Set<ProjectId> projects, int limit);

  /**
   * The place before the project's first retained entry with that timestamp or a later one; the
   * head when there is none. Blocks on disk.
   */
  Cursor before(ProjectId project, Instant timestamp);

  /**
   * Where a reader is after it has read one entry more.
   *
   * @param reader where it was: the place behind the entry before in what {@link #read} found, or
   *     the place that it read from
   */
  Cursor advance(Cursor reader, Entry entry);

  /** The place from which a reader comes to everything that either of the two leads to. */
  Cursor earlier(Cursor one, Cursor other);

  /** Whether a reader that goes on from there comes to that position. */
  boolean leadsTo(Cursor cursor, long position);

  /**
   * What {@link #read} found.
   *
   * @param entries the entries, oldest first; empty when there are none yet
   * @param next the place behind them
   */
  record Slice(List<Entry> entries, Cursor next) {
    public Slice {
      entries = List.copyOf(entries);
    }
  }

  /**
   * Calls the listener after entries became durable; calls may be merged. It runs on a thread of
   * the journal's and must return at once.
   */
  Subscription onAppend(Runnable listener);

  /** Ends with {@link #close}; the listener may still be running then. */
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}
