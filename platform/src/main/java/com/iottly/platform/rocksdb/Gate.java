package com.iottly.platform.rocksdb;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * Lets any thread read the database, and lets the writer exchange it when nobody reads. A reading
 * is short: it copies what it found and keeps nothing of RocksDB.
 */
final class Gate {

  private static final int EVERYBODY = Integer.MAX_VALUE;
  private static final long WAIT_SECONDS = 30;

  private final Semaphore readers = new Semaphore(EVERYBODY, true);
  private volatile @Nullable Database database;
  private volatile String reason = "the journal is not open yet";

  /** Something to read. */
  interface Reading<T> {
    T from(Database database) throws RocksDBException;
  }

  /**
   * Reads on the calling thread.
   *
   * @throws StoreException when the store is closed, recovers, or the reading fails
   */
  <T> T read(Reading<T> reading) {
    enter(1, "the journal is being opened anew; try again");
    try {
      Database open = database;
      if (open == null) {
        throw new StoreException(StoreException.Code.UNAVAILABLE, reason);
      }
      return reading.from(open);
    } catch (RocksDBException e) {
      throw Failures.reading(e);
    } finally {
      readers.release();
    }
  }

  /** Lets readings in. */
  void open(Database opened) {
    database = opened;
  }

  /** Closes the database when the last reading is over; later ones get the reason. */
  void close(String why) {
    reason = why;
    enter(EVERYBODY, "readings of the journal did not end within " + WAIT_SECONDS + " s");
    try {
      Database open = database;
      database = null;
      if (open != null) {
        open.close();
      }
    } finally {
      readers.release(EVERYBODY);
    }
  }

  private void enter(int permits, String otherwise) {
    try {
      if (readers.tryAcquire(permits, WAIT_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new StoreException(StoreException.Code.UNAVAILABLE, otherwise);
  }
}
