package com.iottly.platform.rocksdb;

import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/**
 * A walk over the keys of one column between two bounds. It sees the column as it was when the walk
 * was made. One thread, and never beyond the reading it was made in.
 */
final class Walk implements AutoCloseable {

  private final Slice lower;
  private final Slice upper;
  private final ReadOptions options;
  private final RocksIterator iterator;
  private boolean forward = true;

  /**
   * @param from inclusive
   * @param to exclusive
   */
  Walk(RocksDB rocks, ColumnFamilyHandle column, byte[] from, byte[] to, boolean fillCache) {
    lower = new Slice(from);
    upper = new Slice(to);
    options =
        new ReadOptions()
            .setIterateLowerBound(lower)
            .setIterateUpperBound(upper)
            .setFillCache(fillCache);
    iterator = rocks.newIterator(column, options);
  }

  /** Goes to the smallest key; from now on {@link #next} goes up. */
  boolean first() throws RocksDBException {
    forward = true;
    iterator.seekToFirst();
    return valid();
  }

  /** Goes to the largest key; from now on {@link #next} goes down. */
  boolean last() throws RocksDBException {
    forward = false;
    iterator.seekToLast();
    return valid();
  }

  boolean next() throws RocksDBException {
    if (forward) {
      iterator.next();
    } else {
      iterator.prev();
    }
    return valid();
  }

  private boolean valid() throws RocksDBException {
    if (iterator.isValid()) {
      return true;
    }
    iterator.status();
    return false;
  }

  byte[] key() {
    return iterator.key();
  }

  byte[] value() {
    return iterator.value();
  }

  /** Copies as much of the key as fits. */
  void key(byte[] target) {
    int _ = iterator.key(target);
  }

  /** Copies as much of the value as fits and returns the size of all of it. */
  int value(byte[] target) {
    return iterator.value(target);
  }

  @Override
  public void close() {
    iterator.close();
    options.close();
    upper.close();
    lower.close();
  }
}
