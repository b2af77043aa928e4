package com.iottly.agent.command;

import com.iottly.wire.Payload;

/** What one type of command does. Runs on the commands' thread, one command at a time. */
@FunctionalInterface
public interface CommandHandler {

  /**
   * Runs the command. An exception is a failure with its message.
   *
   * @param body the command in its public form, {@code {"<type>":{"<keyword>":<value>}}}
   */
  CommandResult run(Payload body) throws InterruptedException;
}
