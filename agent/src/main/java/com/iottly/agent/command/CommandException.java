package com.iottly.agent.command;

/** The command journal can't be opened. */
public final class CommandException extends RuntimeException {

  private static final long serialVersionUID = 1;

  CommandException(String message, Throwable cause) {
    super(message, cause);
  }
}
