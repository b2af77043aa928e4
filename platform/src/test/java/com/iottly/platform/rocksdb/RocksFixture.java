package com.iottly.platform.rocksdb;

import com.iottly.platform.core.CommandLog;
import com.iottly.platform.core.History;
import com.iottly.platform.core.Journal;
import com.iottly.platform.core.SettableClock;
import com.iottly.platform.core.StoreFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;

/** A RocksDB store in a directory of the test's. */
final class RocksFixture implements StoreFixture {

  private static final long MIB = 1 << 20;

  private final RocksConfig config;
  private final SettableClock clock = new SettableClock();
  private RocksStore store;

  RocksFixture(RocksConfig config) {
    this.config = config;
    reopen();
  }

  RocksFixture(Path directory) {
    this(small(directory));
  }

  /** A configuration that needs little memory and recovers soon. */
  static RocksConfig small(Path directory) {
    return RocksConfig.in(directory)
        .withMemory(MIB, MIB, 4 * MIB)
        .withDisk(0, Duration.ofMillis(20));
  }

  RocksStore store() {
    return store;
  }

  RocksConfig config() {
    return config;
  }

  @Override
  public Journal journal() {
    return store.journal();
  }

  @Override
  public CommandLog commandLog() {
    return store.commandLog();
  }

  @Override
  public History history() {
    return store.history();
  }

  @Override
  public SettableClock clock() {
    return clock;
  }

  @Override
  public void reopen() {
    close();
    store = RocksStore.open(config, clock, new Random());
  }

  @Override
  public void close() {
    if (store != null) {
      store.close();
    }
  }
}
