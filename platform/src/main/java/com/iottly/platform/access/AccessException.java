package com.iottly.platform.access;

/** Something in this room is broken: a missing algorithm or an unreadable stored key. */
public final class AccessException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  AccessException(String message) {
    super(message);
  }

  AccessException(String message, Throwable cause) {
    super(message, cause);
  }
}
