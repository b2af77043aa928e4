package com.iottly.platform.admin;

/** The admin socket can't be opened or closed; the message says what to do. */
public final class AdminException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  AdminException(String message) {
    super(message);
  }

  AdminException(String message, Throwable cause) {
    super(message, cause);
  }
}
