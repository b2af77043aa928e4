package com.iottly.platform.rocksdb;

import com.iottly.platform.core.JournalModelContract;
import com.iottly.platform.core.StoreFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class RocksModelTest extends JournalModelContract {

  @TempDir Path directory;

  @Override
  protected StoreFixture openStore() {
    return new RocksFixture(directory);
  }
}
