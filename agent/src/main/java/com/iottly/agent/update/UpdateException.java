package com.iottly.agent.update;

/** There was no update; the message says why and what to do, and the running version stays. */
public final class UpdateException extends RuntimeException {

  private static final long serialVersionUID = 1;

  UpdateException(String message) {
    super(message);
  }

  UpdateException(String message, Throwable cause) {
    super(message, cause);
  }
}
