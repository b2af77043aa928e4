package com.iottly.agent.command;

import com.iottly.wire.Payload;
import org.jspecify.annotations.Nullable;

/** How a command ended on the device. */
public sealed interface CommandResult {

  /**
   * It did what it should.
   *
   * @param result what it answered, or null
   */
  record Succeeded(@Nullable Payload result) implements CommandResult {}

  /**
   * It did not.
   *
   * @param error why, for a person; at most 2,000 characters are kept
   */
  record Failed(String error) implements CommandResult {}
}
