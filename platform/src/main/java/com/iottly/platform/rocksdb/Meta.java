package com.iottly.platform.rocksdb;

import com.iottly.platform.rocksdb.StoreException.Code;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * What a store says of itself.
 *
 * @param generation random, made with the store; cursors of another generation are refused
 * @param position the newest position ever given away
 * @param timestamp the newest timestamp ever given away
 */
record Meta(int generation, long position, long timestamp) {

  private static final int FORMAT = 2;
  private static final byte[] STORE = "store".getBytes(StandardCharsets.UTF_8);
  private static final byte[] NEWEST = "newest".getBytes(StandardCharsets.UTF_8);

  /** Reads it, and makes it first when the store is new. */
  static Meta of(Database database, Path directory, RandomGenerator random)
      throws RocksDBException {
    byte @Nullable [] store = database.get(Column.META, STORE);
    if (store == null) {
      store = ByteBuffer.allocate(8).putInt(FORMAT).putInt(random.nextInt()).array();
      try (Batch batch = new Batch(database)) {
        batch.put(Column.META, STORE, store);
        write(batch, 0, 0);
        batch.commit();
      }
    }
    ByteBuffer self = ByteBuffer.wrap(store);
    int format = self.getInt();
    if (format != FORMAT) {
      throw new StoreException(
          Code.NEWER_FORMAT,
          "the journal in "
              + directory
              + " has format "
              + format
              + ", this version reads format "
              + FORMAT
              + "; start the version that wrote it");
    }
    byte @Nullable [] newest = database.get(Column.META, NEWEST);
    if (newest == null) {
      throw new StoreException(
          Code.DAMAGED,
          "the journal in " + directory + " has lost its newest position. " + Failures.advice());
    }
    ByteBuffer numbers = ByteBuffer.wrap(newest);
    return new Meta(self.getInt(), numbers.getLong(), numbers.getLong());
  }

  static void write(Batch batch, long position, long timestamp) throws RocksDBException {
    batch.put(
        Column.META,
        NEWEST,
        ByteBuffer.allocate(2 * Long.BYTES).putLong(position).putLong(timestamp).array());
  }
}
