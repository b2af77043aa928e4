package com.iottly.platform.core;

/** A store of some kind, opened for a test. */
public interface StoreFixture extends AutoCloseable {

  Journal journal();

  CommandLog commandLog();

  History history();

  /** The clock the store was opened with. */
  SettableClock clock();

  /** Closes the store and opens it again on the same data. */
  void reopen();

  @Override
  void close();
}
