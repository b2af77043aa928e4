package com.iottly.platform.rocksdb;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where the store is and how much it may use.
 *
 * @param directory its directory, made when it is missing
 * @param blockCacheBytes cache of read blocks, at least 1 MiB
 * @param memtableBytes how much of the newest entries stays in memory before it goes to a table
 *     file, at least 64 KiB; other columns get a quarter each
 * @param walBytes how large the write-ahead log may grow, and so how much a restart replays; at
 *     least 64 KiB
 * @param maxOpenFiles table files kept open, at least 16
 * @param queueRequests requests that may wait for the writer, at least 1
 * @param queueBytes their bytes, at least 1 KiB; a request larger than that is taken when it is
 *     alone
 * @param groupEntries entries written with one sync, at least 1; a single request may exceed it
 * @param groupBytes their bytes, at least 1 KiB; a single request may exceed it
 * @param freeSpaceFloor free bytes on the disk below which appends are refused; 0 for none
 * @param recoveryInterval how often to try again after a failed write, at least 1 ms
 * @param idempotencyWindow how long a command's idempotency key is remembered (contract §5)
 */
public record RocksConfig(
    Path directory,
    long blockCacheBytes,
    long memtableBytes,
    long walBytes,
    int maxOpenFiles,
    int queueRequests,
    long queueBytes,
    int groupEntries,
    long groupBytes,
    long freeSpaceFloor,
    Duration recoveryInterval,
    Duration idempotencyWindow) {

  private static final long KIB = 1024;
  private static final long MIB = 1024 * KIB;

  public RocksConfig {
    atLeast("blockCacheBytes", blockCacheBytes, MIB);
    atLeast("memtableBytes", memtableBytes, 64 * KIB);
    atLeast("walBytes", walBytes, 64 * KIB);
    atLeast("maxOpenFiles", maxOpenFiles, 16);
    atLeast("queueRequests", queueRequests, 1);
    atLeast("queueBytes", queueBytes, KIB);
    atLeast("groupEntries", groupEntries, 1);
    atLeast("groupBytes", groupBytes, KIB);
    atLeast("freeSpaceFloor", freeSpaceFloor, 0);
    atLeast("recoveryInterval in milliseconds", recoveryInterval.toMillis(), 1);
    atLeast("idempotencyWindow in milliseconds", idempotencyWindow.toMillis(), 1);
  }

  /** The defaults, in that directory. */
  public static RocksConfig in(Path directory) {
    return new RocksConfig(
        directory,
        64 * MIB,
        64 * MIB,
        256 * MIB,
        512,
        65_536,
        64 * MIB,
        8_192,
        8 * MIB,
        256 * MIB,
        Duration.ofSeconds(5),
        Duration.ofHours(24));
  }

  /** The same with this much memory and write-ahead log. */
  public RocksConfig withMemory(long blockCache, long memtable, long wal) {
    return new RocksConfig(
        directory,
        blockCache,
        memtable,
        wal,
        maxOpenFiles,
        queueRequests,
        queueBytes,
        groupEntries,
        groupBytes,
        freeSpaceFloor,
        recoveryInterval,
        idempotencyWindow);
  }

  /** The same with this queue. */
  public RocksConfig withQueue(int requests, long bytes) {
    return new RocksConfig(
        directory,
        blockCacheBytes,
        memtableBytes,
        walBytes,
        maxOpenFiles,
        requests,
        bytes,
        groupEntries,
        groupBytes,
        freeSpaceFloor,
        recoveryInterval,
        idempotencyWindow);
  }

  /** The same with this way to meet a full or failing disk. */
  public RocksConfig withDisk(long floor, Duration interval) {
    return new RocksConfig(
        directory,
        blockCacheBytes,
        memtableBytes,
        walBytes,
        maxOpenFiles,
        queueRequests,
        queueBytes,
        groupEntries,
        groupBytes,
        floor,
        interval,
        idempotencyWindow);
  }

  private static void atLeast(String name, long value, long minimum) {
    if (value < minimum) {
      throw new IllegalArgumentException(
          "the journal's " + name + " must be at least " + minimum + ", not " + value);
    }
  }
}
