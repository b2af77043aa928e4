package com.iottly.platform.rocksdb;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Writes that will be on disk together or not at all. Writer thread only. */
final class Batch implements AutoCloseable {

  private final Database database;
  private final WriteBatch writes = new WriteBatch();

  Batch(Database database) {
    this.database = database;
  }

  /** What is on disk, without what this batch will change. */
  byte @Nullable [] get(Column column, byte[] key) throws RocksDBException {
    return database.get(column, key);
  }

  void put(Column column, byte[] key, byte[] value) throws RocksDBException {
    writes.put(database.handle(column), key, value);
  }

  /** Takes what remains of two direct buffers. */
  void put(Column column, ByteBuffer key, ByteBuffer value) throws RocksDBException {
    writes.put(database.handle(column), key, value);
  }

  void delete(Column column, byte[] key) throws RocksDBException {
    writes.delete(database.handle(column), key);
  }

  boolean isEmpty() {
    return writes.count() == 0;
  }

  /** Writes and syncs, and is empty again. */
  void commit() throws RocksDBException {
    database.write(writes);
    writes.clear();
  }

  @Override
  public void close() {
    writes.close();
  }
}
