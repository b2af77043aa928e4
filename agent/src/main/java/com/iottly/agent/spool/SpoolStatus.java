package com.iottly.agent.spool;

import com.iottly.wire.Epoch;

/**
 * A look at the spool.
 *
 * @param epoch the spool's identity
 * @param last the last sequence given out, 0 when none was
 * @param acknowledged the highest sequence known to be durable on the platform
 * @param bytes the size of all segment files
 * @param droppedTelemetry how many messages of the agent the caps dropped or refused, ever
 * @param droppedOthers how many other messages the caps dropped, ever
 */
public record SpoolStatus(
    Epoch epoch,
    long last,
    long acknowledged,
    long bytes,
    long droppedTelemetry,
    long droppedOthers) {

  /** How many sequences wait for the platform's acknowledgement, gaps included. */
  public long waiting() {
    return last - acknowledged;
  }
}
