package com.iottly.platform.sql;

/** The database is broken or out of reach, or a statement is wrong; never a caller's bad input. */
public final class SqlException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  SqlException(String message, Throwable cause) {
    super(message, cause);
  }

  SqlException(String message) {
    super(message);
  }
}
