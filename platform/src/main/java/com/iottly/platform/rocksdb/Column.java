package com.iottly.platform.rocksdb;

import java.nio.charset.StandardCharsets;

/** The column families. Keys are big-endian, so that their bytes sort as their values do. */
enum Column {
  /** RocksDB insists on it; unused. */
  DEFAULT("default", Use.SCANS),
  /** last position → a row of entries. Grows at its end only, which makes compaction cheap. */
  ENTRIES("entries", Use.SCANS),
  /** device, timestamp, last position → what the row of entries holds. */
  HISTORY("history", Use.SCANS),
  /** device, epoch → highest sequence. */
  SEQUENCES("sequences", Use.LOOKUPS),
  /** device → project of the devices whose last presence is connected. */
  CONNECTED("connected", Use.SCANS),
  /** id → the command as it is now. */
  COMMANDS("commands", Use.LOOKUPS),
  /** device, position → id of every command. */
  COMMANDS_BY_DEVICE("commands-by-device", Use.SCANS),
  /** device, position → id of the commands that wait to be handed over. */
  PENDING("pending", Use.SCANS),
  /** expiry, position → id of the same commands. */
  DUE("due", Use.SCANS),
  /** project, hash of the key → command, expiry, fingerprint. */
  IDEMPOTENCY("idempotency", Use.LOOKUPS),
  /** project, block of positions → what of the project is in that block. */
  EXTENTS("extents", Use.SCANS),
  /** name → value: generation, format, newest position and timestamp. */
  META("meta", Use.LOOKUPS);

  /** What the column is read by; lookups get a bloom filter. */
  enum Use {
    SCANS,
    LOOKUPS
  }

  private final String columnName;
  private final Use use;

  Column(String columnName, Use use) {
    this.columnName = columnName;
    this.use = use;
  }

  byte[] nameBytes() {
    return columnName.getBytes(StandardCharsets.UTF_8);
  }

  Use use() {
    return use;
  }
}
