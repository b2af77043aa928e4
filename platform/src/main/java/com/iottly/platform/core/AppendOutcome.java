package com.iottly.platform.core;

/** What became of an append. */
public sealed interface AppendOutcome {

  /**
   * It is on disk.
   *
   * @param through the highest sequence of the epoch that is durable now; 0 for an append without
   *     sequences
   */
  record Appended(long through) implements AppendOutcome {}

  /**
   * All of it was there before; nothing was written.
   *
   * @param through the highest sequence of the epoch that is durable
   */
  record AlreadyHave(long through) implements AppendOutcome {}

  /**
   * It would leave a hole; nothing was written.
   *
   * @param expected the sequence that must come next
   */
  record Missing(long expected) implements AppendOutcome {}

  /** A newer session of the device has taken over; nothing was written. */
  record Fenced() implements AppendOutcome {}

  /**
   * The journal's queue is full; nothing was written. Worth another try after the next {@link
   * Journal#onAppend}.
   */
  record Busy() implements AppendOutcome {}

  /**
   * The journal can't store it now (disk full, store error). Nothing was acknowledged; after a
   * store error the state on disk is unknown until the device asks again.
   *
   * @param reason why, for an operator
   */
  record Unavailable(String reason) implements AppendOutcome {}
}
