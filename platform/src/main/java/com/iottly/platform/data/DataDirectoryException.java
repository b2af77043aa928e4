package com.iottly.platform.data;

/** The data folder can't be used; the message names it and says what to do. */
public final class DataDirectoryException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  DataDirectoryException(String message) {
    super(message);
  }

  DataDirectoryException(String message, Throwable cause) {
    super(message, cause);
  }
}
