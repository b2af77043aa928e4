package com.iottly.platform.rocksdb;

import com.iottly.platform.core.CommandLogContract;
import com.iottly.platform.core.StoreFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class RocksCommandLogTest extends CommandLogContract {

  @TempDir Path directory;

  @Override
  protected StoreFixture openStore() {
    return new RocksFixture(directory);
  }
}
