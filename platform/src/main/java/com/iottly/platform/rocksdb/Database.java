package com.iottly.platform.rocksdb;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.rocksdb.AbstractNativeReference;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * One opened RocksDB with its columns and options. Using it after {@link #close} would crash the
 * process: only {@link Gate} and the writer hold one.
 */
final class Database implements AutoCloseable {

  private final Deque<AbstractNativeReference> resources = new ArrayDeque<>();
  private final Map<Column, ColumnFamilyHandle> handles = new EnumMap<>(Column.class);
  private final RocksDB rocks;
  private final WriteOptions synced;
  private final ReadOptions reads;

  static {
    RocksDB.loadLibrary();
  }

  /**
   * Opens the store's database; a torn end of its write-ahead log is dropped.
   *
   * @throws StoreException when it can't be opened, with the reason and what to do
   */
  static Database open(RocksConfig config) {
    Path directory = config.directory();
    try {
      Optional<WalCheck.Damage> damage = WalCheck.damage(directory);
      if (damage.isPresent()) {
        throw Failures.damagedLog(damage.get());
      }
      return new Database(config);
    } catch (RocksDBException e) {
      throw Failures.opening(directory, e);
    } catch (IOException e) {
      throw new StoreException(
          StoreException.Code.IO, "the journal in " + directory + " can't be read: " + e, e);
    }
  }

  private Database(RocksConfig config) throws RocksDBException {
    try {
      List<ColumnFamilyHandle> opened = new ArrayList<>();
      List<ColumnFamilyDescriptor> descriptors = columns(config);
      rocks = RocksDB.open(options(config), config.directory().toString(), descriptors, opened);
      resources.push(rocks);
      Iterator<ColumnFamilyHandle> next = opened.iterator();
      for (Column column : Column.values()) {
        handles.put(column, keep(next.next()));
      }
      synced = keep(new WriteOptions()).setSync(true);
      reads = keep(new ReadOptions());
    } catch (RocksDBException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private DBOptions options(RocksConfig config) {
    Properties unmapped = new Properties();
    unmapped.setProperty("track_and_verify_wals_in_manifest", "true");
    return keep(DBOptions.getDBOptionsFromProps(unmapped))
        .setCreateIfMissing(true)
        .setCreateMissingColumnFamilies(true)
        .setParanoidChecks(true)
        .setWalRecoveryMode(WALRecoveryMode.PointInTimeRecovery)
        .setMaxTotalWalSize(config.walBytes())
        .setMaxOpenFiles(config.maxOpenFiles())
        .setMaxBackgroundJobs(2)
        .setBytesPerSync(1 << 20)
        // There is one writer thread: nothing to hand over between writers.
        .setAllowConcurrentMemtableWrite(false)
        .setEnableWriteThreadAdaptiveYield(false)
        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
        .setKeepLogFileNum(3)
        .setMaxLogFileSize(4 << 20)
        .setStatsDumpPeriodSec(0)
        .setStatsPersistPeriodSec(0);
  }

  private List<ColumnFamilyDescriptor> columns(RocksConfig config) {
    Cache cache = keep(new LRUCache(config.blockCacheBytes()));
    BloomFilter bloom = keep(new BloomFilter(10));
    List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
    for (Column column : Column.values()) {
      descriptors.add(
          new ColumnFamilyDescriptor(column.nameBytes(), options(column, config, cache, bloom)));
    }
    return descriptors;
  }

  private ColumnFamilyOptions options(
      Column column, RocksConfig config, Cache cache, BloomFilter bloom) {
    BlockBasedTableConfig tables = new BlockBasedTableConfig().setBlockCache(cache);
    if (column.use() == Column.Use.LOOKUPS) {
      tables.setFilterPolicy(bloom);
    }
    if (column == Column.ENTRIES) {
      tables.setBlockSize(4 << 10);
    }
    long memtable = column == Column.ENTRIES ? config.memtableBytes() : config.memtableBytes() / 4;
    return keep(new ColumnFamilyOptions())
        .setTableFormatConfig(tables)
        .setCompressionType(CompressionType.LZ4_COMPRESSION)
        .setLevelCompactionDynamicLevelBytes(true)
        // Fewer, larger merges while messages pour in; a read looks into a few files more.
        .setLevel0FileNumCompactionTrigger(12)
        .setLevel0SlowdownWritesTrigger(36)
        .setLevel0StopWritesTrigger(48)
        .setWriteBufferSize(memtable);
  }

  private <T extends AbstractNativeReference> T keep(T resource) {
    resources.push(resource);
    return resource;
  }

  ColumnFamilyHandle handle(Column column) {
    ColumnFamilyHandle handle = handles.get(column);
    if (handle == null) {
      throw new IllegalStateException("column " + column + " is not open");
    }
    return handle;
  }

  byte @Nullable [] get(Column column, byte[] key) throws RocksDBException {
    return rocks.get(handle(column), reads, key);
  }

  /** The values of these keys, null where there is none. */
  List<byte @Nullable []> get(Column column, List<byte[]> keys) throws RocksDBException {
    return keys.isEmpty()
        ? List.of()
        : rocks.multiGetAsList(reads, Collections.nCopies(keys.size(), handle(column)), keys);
  }

  /** A walk from a key, inclusive, to another, exclusive. */
  Walk walk(Column column, byte[] from, byte[] to) {
    return new Walk(rocks, handle(column), from, to, true);
  }

  /** The same past the block cache, for what is read once. */
  Walk walkUncached(Column column, byte[] from, byte[] to) {
    return new Walk(rocks, handle(column), from, to, false);
  }

  /** Writes the batch; it is on disk when this returns. */
  void write(WriteBatch batch) throws RocksDBException {
    rocks.write(synced, batch);
  }

  /** Gives back the space of the files that hold nothing but keys below that one. */
  void dropFilesBelow(Column column, byte[] key) throws RocksDBException {
    rocks.deleteFilesInRanges(handle(column), List.of(new byte[0], key), false);
  }

  /** Moves what is in memory to tables, so that the next start has nothing to replay. */
  void flush() throws RocksDBException {
    try (FlushOptions options = new FlushOptions().setWaitForFlush(true)) {
      rocks.flush(options, List.copyOf(handles.values()));
    }
  }

  @Override
  public void close() {
    while (!resources.isEmpty()) {
      resources.pop().close();
    }
  }
}
