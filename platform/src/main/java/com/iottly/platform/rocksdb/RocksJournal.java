package com.iottly.platform.rocksdb;

import com.iottly.platform.core.AppendOutcome;
import com.iottly.platform.core.Cursor;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.Entry;
import com.iottly.platform.core.Journal;
import com.iottly.platform.core.Presence;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.core.Uplink;
import com.iottly.wire.Epoch;
import com.iottly.wire.Payload;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.rocksdb.RocksDBException;

/** The journal: appends go to the writer, reads go along the entries. */
final class RocksJournal implements Journal {

  private static final long SLICE_BYTES = 4 << 20;

  private final Gate gate;
  private final Writer writer;
  private final Bounds bounds;

  RocksJournal(Gate gate, Writer writer, Bounds bounds) {
    this.gate = gate;
    this.writer = writer;
    this.bounds = bounds;
  }

  @Override
  public CompletableFuture<Opened> open(ProjectId project, DeviceId device, Epoch epoch) {
    CompletableFuture<Opened> done = new CompletableFuture<>();
    writer.submit(new Request.Open(device, epoch, done));
    return done;
  }

  @Override
  public CompletableFuture<AppendOutcome> append(
      ProjectId project,
      DeviceId device,
      long fence,
      Epoch epoch,
      long first,
      List<Uplink> entries) {
    if (first < 1 || first > Long.MAX_VALUE - entries.size()) {
      throw new IllegalArgumentException("a sequence is at least 1, not " + first);
    }
    CompletableFuture<AppendOutcome> done = new CompletableFuture<>();
    writer.submit(
        new Request.Append(
            project, device, fence, epoch, first, List.copyOf(entries), bytes(entries), done));
    return done;
  }

  private static long bytes(List<Uplink> entries) {
    long bytes = Request.OVERHEAD;
    for (Uplink uplink : entries) {
      Payload payload =
          switch (uplink) {
            case Uplink.NewMessage message -> message.payload();
            case Uplink.CommandReply reply -> reply.result();
          };
      bytes += Request.OVERHEAD + (payload == null ? 0 : payload.size());
    }
    return bytes;
  }

  @Override
  public CompletableFuture<AppendOutcome> appendGap(
      ProjectId project,
      DeviceId device,
      long fence,
      Epoch epoch,
      long from,
      long through,
      String reason) {
    if (from < 1 || through < from || through == Long.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a gap goes from a sequence of at least 1 to the same or a later one, not from "
              + from
              + " to "
              + through);
    }
    CompletableFuture<AppendOutcome> done = new CompletableFuture<>();
    writer.submit(new Request.Gap(project, device, fence, epoch, from, through, reason, done));
    return done;
  }

  @Override
  public CompletableFuture<AppendOutcome> appendPresence(
      ProjectId project, DeviceId device, long fence, Presence presence) {
    CompletableFuture<AppendOutcome> done = new CompletableFuture<>();
    writer.submit(new Request.Session(project, device, fence, presence, done));
    return done;
  }

  @Override
  public CompletableFuture<AppendOutcome> appendNote(
      ProjectId project, DeviceId device, Payload payload) {
    CompletableFuture<AppendOutcome> done = new CompletableFuture<>();
    writer.submit(new Request.Note(project, device, payload, done));
    return done;
  }

  @Override
  public Cursor head() {
    return bounds.cursor(bounds.newest());
  }

  @Override
  public Cursor tail() {
    return bounds.cursor(Math.max(0, bounds.oldest() - 1));
  }

  @Override
  public Slice read(Cursor after, int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("a slice has at least 1 entry, not " + limit);
    }
    long behind = bounds.position(after);
    long newest = bounds.newest();
    long from = Math.max(behind + 1, bounds.oldest());
    return from > newest
        ? new Slice(List.of(), bounds.cursor(Math.max(behind, Math.min(from - 1, newest))))
        : gate.read(database -> slice(database, from, newest, limit));
  }

  private Slice slice(Database database, long from, long newest, int limit)
      throws RocksDBException {
    List<Entry> entries = new ArrayList<>();
    byte[] key = new byte[Long.BYTES];
    long bytes = 0;
    try (Walk walk =
        database.walk(Column.ENTRIES, Keys.position(from), Keys.position(newest + 1))) {
      for (boolean more = walk.first(); more; more = walk.next()) {
        walk.key(key);
        byte[] row = walk.value();
        bytes += row.length;
        for (Entry entry : EntryCodec.entries(Keys.readLong(key, 0), row)) {
          if (entry.position() >= from) {
            entries.add(entry);
          }
          if (entries.size() == limit) {
            return new Slice(entries, bounds.cursor(entry.position()));
          }
        }
        if (bytes >= SLICE_BYTES) {
          return new Slice(entries, bounds.cursor(Keys.readLong(key, 0)));
        }
      }
    }
    return new Slice(entries, bounds.cursor(newest));
  }

  @Override
  public Slice read(Cursor after, Set<ProjectId> projects, int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("a slice has at least 1 entry, not " + limit);
    }
    long newest = bounds.newest();
    long from = Math.max(bounds.position(after) + 1, bounds.oldest());
    if (from > newest || projects.isEmpty()) {
      return new Slice(List.of(), bounds.cursor(newest));
    }
    ProjectRead read = gate.read(new ProjectRead(projects, from, newest, limit)::run);
    return new Slice(read.entries(), bounds.cursor(read.last()));
  }

  @Override
  public Cursor before(ProjectId project, Instant timestamp) {
    long newest = bounds.newest();
    long millis = Millis.ceiling(timestamp);
    return bounds.cursor(
        gate.read(database -> ProjectRead.before(database, project, millis, newest)));
  }

  @Override
  public Cursor advance(Cursor reader, Entry entry) {
    return bounds.cursor(entry.position());
  }

  @Override
  public Cursor earlier(Cursor one, Cursor other) {
    return bounds.position(one) <= bounds.position(other) ? one : other;
  }

  @Override
  public boolean leadsTo(Cursor cursor, long position) {
    return position > bounds.position(cursor);
  }

  @Override
  public Subscription onAppend(Runnable listener) {
    return writer.onAppend(listener);
  }
}
