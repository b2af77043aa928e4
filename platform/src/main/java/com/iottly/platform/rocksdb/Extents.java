package com.iottly.platform.rocksdb;

import com.iottly.platform.core.ProjectId;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * How much of each project is in each block of {@value #BLOCK_BITS} bits of positions. Retention
 * finds what is old or too much by them, without looking at what may stay. Writer thread only.
 */
final class Extents {

  private static final int BLOCK_BITS = 16;

  private final Batch batch;
  private final Map<Key, Extent> known = new HashMap<>();
  private final Map<Key, Extent> dirty = new HashMap<>();

  Extents(Batch batch) {
    this.batch = batch;
  }

  record Key(ProjectId project, long block) {
    byte[] bytes() {
      return Keys.extent(project, block);
    }

    static Key of(byte[] bytes) {
      return new Key(Keys.project(bytes, 0), Keys.readLong(bytes, Keys.PROJECT_BYTES));
    }
  }

  /** What of a project is in a block. */
  static final class Extent {
    /** Entries. */
    long count;

    /** Their bytes. */
    long bytes;

    /** No entry of the project in this block is before this position. */
    long low;

    /** No entry of the project in this block is older than this timestamp. */
    long oldest;

    static Extent decode(byte[] bytes) {
      ByteBuffer source = ByteBuffer.wrap(bytes);
      Extent extent = new Extent();
      extent.count = source.getLong();
      extent.bytes = source.getLong();
      extent.low = source.getLong();
      extent.oldest = source.getLong();
      return extent;
    }

    private byte[] encode() {
      return ByteBuffer.allocate(4 * Long.BYTES)
          .putLong(count)
          .putLong(bytes)
          .putLong(low)
          .putLong(oldest)
          .array();
    }
  }

  static long block(long position) {
    return position >>> BLOCK_BITS;
  }

  static long firstPosition(long block) {
    return block << BLOCK_BITS;
  }

  /** A row of entries belongs to the block of its last. */
  void added(ProjectId project, long last, int count, long timestamp, int bytes)
      throws RocksDBException {
    Extent extent = change(new Key(project, block(last)));
    if (extent.count == 0) {
      extent.low = last - count + 1;
      extent.oldest = timestamp;
    }
    extent.count += count;
    extent.bytes += bytes;
  }

  void removed(ProjectId project, long last, int count, int bytes) throws RocksDBException {
    Extent extent = change(new Key(project, block(last)));
    extent.count -= count;
    extent.bytes -= bytes;
  }

  void raise(Key key, long low, long oldest) throws RocksDBException {
    Extent extent = change(key);
    extent.low = Math.max(extent.low, low);
    extent.oldest = Math.max(extent.oldest, oldest);
  }

  private Extent change(Key key) throws RocksDBException {
    Extent extent = dirty.get(key);
    if (extent == null) {
      extent = known.get(key);
      if (extent == null) {
        byte @Nullable [] stored = batch.get(Column.EXTENTS, key.bytes());
        extent = stored == null ? new Extent() : Extent.decode(stored);
      }
      dirty.put(key, extent);
    }
    return extent;
  }

  /** Puts what changed into the batch. */
  void write() throws RocksDBException {
    for (Map.Entry<Key, Extent> entry : dirty.entrySet()) {
      if (entry.getValue().count > 0) {
        batch.put(Column.EXTENTS, entry.getKey().bytes(), entry.getValue().encode());
      } else {
        batch.delete(Column.EXTENTS, entry.getKey().bytes());
      }
    }
  }

  /** The batch is on disk: keeps in mind only what the next entries will add to. */
  void written(long newestPosition) {
    long block = block(newestPosition);
    known.keySet().removeIf(key -> key.block() != block);
    dirty.forEach((key, extent) -> {
      if (key.block() == block && extent.count > 0) {
        known.put(key, extent);
      } else {
        known.remove(key);
      }
    });
    dirty.clear();
  }
}
