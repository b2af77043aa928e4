package com.iottly.platform.rocksdb;

import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.History;
import com.iottly.platform.core.Message;
import com.iottly.platform.core.MessageId;
import com.iottly.platform.core.MessageType;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * A scan: reads the rows of the history in chunks, and the entries of a chunk at once. Between two
 * chunks it holds nothing of RocksDB. It sees what was durable when it was opened, since positions
 * only grow.
 */
final class HistoryScan implements History.Scan {

  private static final int FIRST_CHUNK = 16;
  private static final int LARGEST_CHUNK = 1024;
  private static final int CHUNK_BYTES = 1 << 20;
  private static final int READING = 1 << 16;

  private final Gate gate;
  private final DeviceId device;
  private final Set<MessageType> types;
  private final @Nullable MessageId after;
  private final boolean newestFirst;
  private final long newest;
  private final Deque<Message> ready = new ArrayDeque<>();
  private final byte[] key = new byte[Keys.HISTORY_BYTES];
  private final byte[] value = new byte[HistoryRow.VALUE_BYTES];
  private byte[] from;
  private byte[] to;
  private int chunk = FIRST_CHUNK;
  private boolean started;
  private boolean finished;

  /**
   * @param newest the newest position it may see
   */
  HistoryScan(Gate gate, DeviceId device, History.Range range, long newest) {
    this.gate = gate;
    this.device = device;
    this.types = range.types();
    this.after = range.after();
    this.newestFirst = range.newestFirst();
    this.newest = newest;
    this.from = Keys.history(device, first(range), 0);
    this.to = Keys.history(device, end(range), 0);
    finished = Arrays.compareUnsigned(from, to) >= 0;
  }

  private static long first(History.Range range) {
    Instant from = range.from();
    MessageId after = range.after();
    long first = from == null ? 0 : Millis.ceiling(from);
    return after == null || range.newestFirst() ? first : Math.max(first, after.seconds() * 1000);
  }

  private static long end(History.Range range) {
    Instant to = range.to();
    MessageId after = range.after();
    long end = to == null ? Long.MAX_VALUE : Millis.ceiling(to);
    return after == null || !range.newestFirst()
        ? end
        : Math.min(end, (after.seconds() + 1) * 1000);
  }

  @Override
  public long skip(long count) {
    long skipped = 0;
    while (skipped < count) {
      if (ready.poll() != null) {
        skipped++;
      } else if (finished) {
        break;
      } else {
        long wanted = count - skipped;
        long passed = gate.read(database -> pass(database, wanted));
        skipped += passed;
        if (passed == 0) {
          // The next row goes further than wanted.
          gate.read(database -> fill(database, 1));
        }
      }
    }
    return skipped;
  }

  @Override
  public @Nullable Message next() {
    while (ready.isEmpty() && !finished) {
      gate.read(database -> fill(database, chunk));
      chunk = Math.min(2 * chunk, LARGEST_CHUNK);
    }
    return ready.poll();
  }

  @Override
  public void close() {
    finished = true;
    ready.clear();
  }

  /** Passes over whole rows with no more than that many wanted messages; says how many they had. */
  private long pass(Database database, long atMost) throws RocksDBException {
    long[] passed = {0};
    walk(
        database,
        row -> {
          int wanted = count(row);
          boolean passes = wanted == 0 || (passed[0] + wanted <= atMost && !isCut(row));
          passed[0] += passes ? wanted : 0;
          return passes;
        });
    return passed[0];
  }

  /** Reads rows until they have about that many wanted messages. */
  private boolean fill(Database database, int wantedMessages) throws RocksDBException {
    List<byte[]> places = new ArrayList<>();
    List<Long> lasts = new ArrayList<>();
    long[] found = {0, 0};
    walk(
        database,
        row -> {
          int wanted = count(row);
          boolean full = found[0] >= wantedMessages || found[1] >= CHUNK_BYTES;
          if (wanted > 0 && !full) {
            places.add(row.place());
            lasts.add(row.last());
            found[0] += wanted;
            found[1] += row.bytes();
          }
          return !full;
        });
    List<byte @Nullable []> rows = database.get(Column.ENTRIES, places);
    for (int i = 0; i < rows.size(); i++) {
      byte[] row = rows.get(i);
      // Retention may have come between the history's row and the entries.
      if (row != null) {
        take(EntryCodec.messages(lasts.get(i), row));
      }
    }
    return true;
  }

  private void take(List<Message> messages) {
    for (Message message : newestFirst ? messages.reversed() : messages) {
      if (types.contains(message.type()) && isBehind(message.id())) {
        ready.add(message);
      }
    }
  }

  /**
   * Goes on along the rows as long as they are taken; a row that is not is the next one's first.
   */
  private void walk(Database database, Predicate<HistoryRow> takes) throws RocksDBException {
    if (after != null && !started) {
      startAt(database, after);
    }
    started = true;
    int visited = 0;
    try (Walk walk = database.walk(Column.HISTORY, from, to)) {
      boolean more = newestFirst ? walk.last() : walk.first();
      while (more) {
        walk.key(key);
        int _ = walk.value(value);
        if (visited == READING || !takes.test(HistoryRow.of(key, value))) {
          return;
        }
        visited++;
        goOnBehind(key.clone());
        more = walk.next();
      }
    }
    finished = true;
  }

  private void goOnBehind(byte[] passed) {
    if (newestFirst) {
      to = passed;
    } else {
      from = Arrays.copyOf(passed, passed.length + 1);
    }
  }

  /**
   * A message's id tells its second only, and a second can hold very many messages; its row, if
   * retention left it, tells the millisecond, and so the very row to go on from.
   */
  private void startAt(Database database, MessageId last) throws RocksDBException {
    byte[] place = Keys.position(last.position());
    try (Walk walk = database.walk(Column.ENTRIES, place, Keys.position(newest + 1))) {
      if (!walk.first()) {
        return;
      }
      byte[] row = new byte[EntryCodec.HEAD_BYTES];
      int _ = walk.value(row);
      EntryCodec.Head head = EntryCodec.head(row);
      long rowLast = Keys.readLong(walk.key(), 0);
      Instant timestamp = Instant.ofEpochMilli(head.timestamp());
      if (head.device().equals(device)
          && head.first(rowLast) <= last.position()
          && MessageId.of(timestamp, last.position()).equals(last)) {
        startAt(Keys.history(device, head.timestamp(), rowLast));
      }
    }
  }

  private void startAt(byte[] row) {
    boolean within = Arrays.compareUnsigned(from, row) <= 0 && Arrays.compareUnsigned(row, to) < 0;
    if (within && newestFirst) {
      to = Arrays.copyOf(row, row.length + 1);
    } else if (within) {
      from = row;
    }
  }

  /** How many messages of the row are wanted, or may be when it is cut. */
  private int count(HistoryRow row) {
    boolean reached = after == null || isBehind(row.firstId()) || isBehind(row.lastId());
    return reached && row.last() <= newest ? row.count(types) : 0;
  }

  /** Whether the scan begins within the row. */
  private boolean isCut(HistoryRow row) {
    return after != null && isBehind(row.firstId()) != isBehind(row.lastId());
  }

  private boolean isBehind(MessageId id) {
    if (after == null) {
      return true;
    }
    int order = id.compareTo(after);
    return newestFirst ? order < 0 : order > 0;
  }
}
