package com.iottly.platform.rocksdb;

import com.iottly.platform.core.HistoryContract;
import com.iottly.platform.core.StoreFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class RocksHistoryTest extends HistoryContract {

  @TempDir Path directory;

  @Override
  protected StoreFixture openStore() {
    return new RocksFixture(directory);
  }
}
