package com.iottly.platform.rocksdb;

import com.iottly.platform.rocksdb.StoreException.Code;
import java.nio.file.Path;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** What RocksDB's errors mean to an operator. */
final class Failures {

  private Failures() {}

  static StoreException opening(Path directory, RocksDBException e) {
    String detail = e.getMessage();
    if (detail != null && detail.contains("/LOCK")) {
      return new StoreException(
          Code.IN_USE,
          "the journal in " + directory + " is open in another process; stop that one first",
          e);
    }
    if (code(e) == Status.Code.Corruption) {
      return new StoreException(
          Code.DAMAGED,
          "the journal in "
              + directory
              + " is damaged: "
              + detail
              + ". Nothing was changed or deleted. "
              + advice(),
          e);
    }
    return new StoreException(
        Code.IO, "the journal in " + directory + " can't be opened: " + detail, e);
  }

  static StoreException damagedLog(WalCheck.Damage damage) {
    return new StoreException(
        Code.DAMAGED,
        "the journal's file "
            + damage.file()
            + " is damaged at byte "
            + damage.offset()
            + ", with whole data behind that place. Nothing was changed or deleted. "
            + advice());
  }

  static StoreException reading(RocksDBException e) {
    return code(e) == Status.Code.Corruption
        ? new StoreException(
            Code.DAMAGED, "the journal is damaged: " + e.getMessage() + ". " + advice(), e)
        : new StoreException(Code.IO, "reading the journal failed: " + e.getMessage(), e);
  }

  /** What a failed group of writes says to those who wait for it. */
  static String writing(Exception e) {
    String detail = e.getMessage() == null ? e.toString() : e.getMessage();
    boolean full =
        e instanceof RocksDBException rocks
            && (subCode(rocks) == Status.SubCode.NoSpace || detail.contains("No space left"));
    return full
        ? "the journal's disk is full; free some space on it (" + detail + ")"
        : "writing the journal failed: " + detail;
  }

  static String advice() {
    return "Check the disk, then restore the journal's directory from a backup;"
        + " keep a copy of it as it is";
  }

  private static Status.Code code(RocksDBException e) {
    Status status = e.getStatus();
    return status == null ? Status.Code.Undefined : status.getCode();
  }

  private static Status.SubCode subCode(RocksDBException e) {
    Status status = e.getStatus();
    return status == null ? Status.SubCode.Undefined : status.getSubCode();
  }
}
