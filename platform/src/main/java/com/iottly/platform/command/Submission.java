package com.iottly.platform.command;

import com.iottly.platform.core.Command;

/** What became of a command that was handed in. */
public sealed interface Submission {

  /**
   * It is durable and on its way.
   *
   * @param repeated whether the same request, by its idempotency key, had made it before
   */
  record Accepted(Command command, boolean repeated) implements Submission {}

  /** It was for now only, and the device is not connected. */
  record NotConnected() implements Submission {}

  /** The idempotency key was used for a different request. */
  record KeyReused() implements Submission {}

  /**
   * Too many commands wait for the device.
   *
   * @param limit how many may
   */
  record TooManyPending(int limit) implements Submission {}

  /**
   * The journal can't store it now.
   *
   * @param reason why, for an operator
   */
  record Unavailable(String reason) implements Submission {}
}
