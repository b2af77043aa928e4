package com.iottly.agent.spool;

/** What became of a message that was handed to the spool. */
public sealed interface AppendOutcome {

  /**
   * The message is on disk and will reach the platform, or be declared missing if a cap drops it.
   *
   * @param sequence its number within the spool's epoch
   */
  record Stored(long sequence) implements AppendOutcome {}

  /**
   * There is no room now: the disk, the cap or the queue is full. Trying later makes sense.
   *
   * @param reason what is full, for a person
   */
  record Full(String reason) implements AppendOutcome {}

  /**
   * The disk refused. Trying later makes sense.
   *
   * @param reason what went wrong, for a person
   */
  record Failed(String reason) implements AppendOutcome {}

  /**
   * The message itself can't be sent. Trying again makes no sense.
   *
   * @param reason what is wrong with it, for a person
   */
  record Refused(String reason) implements AppendOutcome {}
}
