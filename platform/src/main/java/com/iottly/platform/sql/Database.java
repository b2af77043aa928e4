package com.iottly.platform.sql;

import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * The relational store. Everything blocks on disk: not for event loops. Any thread.
 *
 * <p>A {@link #write} is durable when it returns, and serializable: it sees no other write's
 * halves. Its body may be run again by engines that resolve conflicts by repetition, so it must
 * have no effect but its SQL.
 */
public final class Database implements AutoCloseable {

  /**
   * Opens the file, making it when missing, and brings its schema up to date.
   *
   * @throws SqlException when it can't, with what to do about it
   */
  public static Database open(DatabaseConfig config) {
    throw new UnsupportedOperationException();
  }

  /**
   * Runs a body that only reads, in one snapshot.
   *
   * @throws SqlException when the database fails, or no connection came free in time
   */
  public <T> T read(Function<Handle, T> body) {
    throw new UnsupportedOperationException();
  }

  /**
   * Runs the body in a transaction of its own. Whatever the body throws rolls it back and comes out
   * again. Must not be called from within another read or write.
   *
   * @throws SqlException when the database fails, or the writer was not free in time
   */
  public <T> T write(Function<Handle, T> body) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
