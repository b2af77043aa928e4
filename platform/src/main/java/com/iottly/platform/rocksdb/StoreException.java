package com.iottly.platform.rocksdb;

import com.iottly.platform.core.JournalException;

/** The store is broken, or can't be opened. The message is for the operator. */
public final class StoreException extends JournalException {

  private static final long serialVersionUID = 1L;

  private final Code code;

  /** What kind of trouble; the names are stable. */
  public enum Code {
    /** Another process, or another store in this one, has the directory open. */
    IN_USE,
    /** A file is damaged or missing. Nothing was changed or deleted. */
    DAMAGED,
    /** A newer version of the platform wrote the directory. */
    NEWER_FORMAT,
    /** The store does not serve now: it is closed, or recovers from a failed write. */
    UNAVAILABLE,
    /** Reading or writing failed. */
    IO
  }

  StoreException(Code code, String message) {
    super(message);
    this.code = code;
  }

  StoreException(Code code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** What kind of trouble. */
  public Code code() {
    return code;
  }
}
