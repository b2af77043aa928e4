package com.iottly.platform.webhook;

/** What became of a request to make or change a webhook. */
public sealed interface Changed {

  /**
   * It is durable.
   *
   * @param webhook as it is now
   */
  record Done(Webhook webhook) implements Changed {}

  /**
   * It breaks a rule; nothing changed.
   *
   * @param problem a sentence for the caller that names the thing and the fix
   */
  record Refused(String problem) implements Changed {}

  /** There is no such webhook, or no such project. */
  record Missing() implements Changed {}
}
