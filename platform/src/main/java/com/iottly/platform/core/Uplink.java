package com.iottly.platform.core;

import com.iottly.wire.Payload;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One sequence of a device's spool on its way into the journal. */
public sealed interface Uplink {

  /**
   * A message.
   *
   * @param type who made it
   * @param deviceTimestamp the device's clock when it was made
   * @param clockTrusted whether the device believed its clock
   * @param channel its channel, if any
   * @param payload what it says
   */
  record NewMessage(
      MessageType type,
      Instant deviceTimestamp,
      boolean clockTrusted,
      @Nullable String channel,
      Payload payload)
      implements Uplink {}

  /**
   * The device's word on one of its commands. A reply to a command that is unknown, or another
   * device's, takes up its sequence and changes nothing.
   *
   * @param command which command
   * @param state {@code DELIVERED}, {@code SUCCEEDED} or {@code FAILED}
   * @param error why it failed, when it did
   * @param result what it answered, when it answered with an object
   */
  record CommandReply(
      CommandId command, CommandState state, @Nullable String error, @Nullable Payload result)
      implements Uplink {}
}
