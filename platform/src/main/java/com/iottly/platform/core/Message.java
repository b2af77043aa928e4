package com.iottly.platform.core;

import com.iottly.wire.Payload;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A message as it is kept (contract §1, §2).
 *
 * @param position its place in the journal
 * @param project the project it belongs to ({@code to} in the public form)
 * @param device who sent it ({@code from} in the public form)
 * @param timestamp when the platform stored it, in milliseconds; never goes backwards per device
 * @param deviceTimestamp the device's clock when it was made, in milliseconds
 * @param clockTrusted whether the device believed its clock
 * @param type who made it
 * @param channel its channel, if any
 * @param payload what it says
 */
public record Message(
    long position,
    ProjectId project,
    DeviceId device,
    Instant timestamp,
    Instant deviceTimestamp,
    boolean clockTrusted,
    MessageType type,
    @Nullable String channel,
    Payload payload)
    implements Entry {

  /** The public id. */
  public MessageId id() {
    return MessageId.of(timestamp, position);
  }
}
