package com.iottly.agent.spool;

/** The spool can't be opened; the message says why and what to do. */
public final class SpoolException extends RuntimeException {

  private static final long serialVersionUID = 1;

  SpoolException(String message, Throwable cause) {
    super(message, cause);
  }

  SpoolException(String message) {
    super(message);
  }
}
