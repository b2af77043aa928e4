package com.iottly.platform.core;

/**
 * A store behind one of this room's ports can't do what was asked: it is broken, closed, or
 * recovers from a failure. The message is for an operator.
 */
public abstract class JournalException extends RuntimeException {

  private static final long serialVersionUID = 1;

  protected JournalException(String message, Throwable cause) {
    super(message, cause);
  }

  protected JournalException(String message) {
    super(message);
  }
}
