package com.iottly.agent.control;

/** The running agent can't be reached; the message says what to do. */
public final class ControlException extends RuntimeException {

  private static final long serialVersionUID = 1;

  ControlException(String message, Throwable cause) {
    super(message, cause);
  }
}
