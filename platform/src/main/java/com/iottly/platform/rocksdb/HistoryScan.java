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
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * A scan: reads the keys of the history in chunks, and the entries of a chunk at once. Between two
 * chunks it holds nothing of RocksDB. It sees what was durable when it was opened, since positions
 * only grow.
 */
final class HistoryScan implements History.Scan {

  private static final int FIRST_CHUNK = 16;
  private static final int LARGEST_CHUNK = 1024;
  private static final int CHUNK_BYTES = 1 << 20;
  private static final int READING = 1 << 16;

  private final Gate gate;
  private final boolean[] kinds = new boolean[Byte.MAX_VALUE];
  private final DeviceId device;
  private final @Nullable MessageId after;
  private final boolean newestFirst;
  private final long newest;
  private final Deque<Message> ready = new ArrayDeque<>();
  private final byte[] key = new byte[Keys.HISTORY_BYTES];
  private final byte[] value = new byte[1 + Integer.BYTES];
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
    this.after = range.after();
    this.newestFirst = range.newestFirst();
    this.newest = newest;
    for (MessageType type : range.types()) {
      kinds[EntryCodec.kind(type)] = true;
    }
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
    while (skipped < count && ready.poll() != null) {
      skipped++;
    }
    while (skipped < count && !finished) {
      long wanted = count - skipped;
      skipped += gate.read(database -> walk(database, wanted, new ArrayList<>(), false));
    }
    return skipped;
  }

  @Override
  public @Nullable Message next() {
    while (ready.isEmpty() && !finished) {
      gate.read(this::fill);
    }
    return ready.poll();
  }

  @Override
  public void close() {
    finished = true;
    ready.clear();
  }

  /**
   * A message's id tells its second only, and a second can hold very many messages; its entry, if
   * retention left it, tells the millisecond, and so the very key to go on behind.
   */
  private void startBehind(Database database, MessageId last) throws RocksDBException {
    byte @Nullable [] entry = database.get(Column.ENTRIES, Keys.position(last.position()));
    if (entry == null) {
      return;
    }
    EntryCodec.Head head = EntryCodec.head(entry);
    Instant timestamp = Instant.ofEpochMilli(head.timestamp());
    if (head.device().equals(device) && MessageId.of(timestamp, last.position()).equals(last)) {
      byte[] passed = Keys.history(device, head.timestamp(), last.position());
      boolean within =
          Arrays.compareUnsigned(from, passed) <= 0 && Arrays.compareUnsigned(passed, to) < 0;
      if (within) {
        goOnBehind(passed);
      }
    }
  }

  private boolean fill(Database database) throws RocksDBException {
    List<byte[]> positions = new ArrayList<>(chunk);
    long _ = walk(database, chunk, positions, true);
    chunk = Math.min(2 * chunk, LARGEST_CHUNK);
    List<byte @Nullable []> entries = database.get(Column.ENTRIES, positions);
    for (int i = 0; i < entries.size(); i++) {
      byte[] entry = entries.get(i);
      // Retention may have come between the key and the entry.
      if (entry != null
          && EntryCodec.entry(Keys.readLong(positions.get(i), 0), entry)
              instanceof Message message) {
        ready.add(message);
      }
    }
    return true;
  }

  /** Passes over keys until it counted that many, or their entries or the walk become long. */
  private long walk(Database database, long wanted, List<byte[]> positions, boolean collect)
      throws RocksDBException {
    if (after != null && !started) {
      startBehind(database, after);
    }
    started = true;
    long counted = 0;
    long bytes = 0;
    int visited = 0;
    try (Walk walk = database.walk(Column.HISTORY, from, to)) {
      boolean more = newestFirst ? walk.last() : walk.first();
      while (more) {
        walk.key(key);
        int _ = walk.value(value);
        if (isWanted()) {
          counted++;
          if (collect) {
            positions.add(Arrays.copyOfRange(key, Keys.ID_BYTES + Long.BYTES, key.length));
            bytes += Keys.readInt(value, 1);
          }
        }
        if (counted == wanted || bytes >= CHUNK_BYTES || ++visited == READING) {
          goOnBehind(key.clone());
          return counted;
        }
        more = walk.next();
      }
    }
    finished = true;
    return counted;
  }

  private void goOnBehind(byte[] passed) {
    if (newestFirst) {
      to = passed;
    } else {
      from = Arrays.copyOf(passed, passed.length + 1);
    }
  }

  private boolean isWanted() {
    long position = Keys.readLong(key, Keys.ID_BYTES + Long.BYTES);
    if (!kinds[value[0]] || position > newest) {
      return false;
    }
    if (after == null) {
      return true;
    }
    long seconds = Math.floorDiv(Keys.readLong(key, Keys.ID_BYTES), 1000L);
    int order = new MessageId(seconds & 0xffffffffL, position).compareTo(after);
    return newestFirst ? order < 0 : order > 0;
  }
}
