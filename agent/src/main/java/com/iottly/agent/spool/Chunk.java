package com.iottly.agent.spool;

import com.iottly.wire.Frame.DeviceMessage;
import java.util.List;

/** What the spool has from a sequence on. */
public sealed interface Chunk {

  /**
   * Messages with consecutive sequences.
   *
   * @param first the sequence of the first one
   */
  record Messages(long first, List<DeviceMessage> messages) implements Chunk {
    public Messages {
      messages = List.copyOf(messages);
    }
  }

  /**
   * Sequences the spool no longer has.
   *
   * @param reason why, for a person
   */
  record Missing(long from, long through, String reason) implements Chunk {}

  /** Everything the spool has lies before. */
  record Nothing() implements Chunk {}
}
