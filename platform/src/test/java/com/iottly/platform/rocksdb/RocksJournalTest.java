package com.iottly.platform.rocksdb;

import com.iottly.platform.core.JournalContract;
import com.iottly.platform.core.StoreFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class RocksJournalTest extends JournalContract {

  @TempDir Path directory;

  @Override
  protected StoreFixture openStore() {
    return new RocksFixture(directory);
  }
}
