package com.iottly.platform.core;

import com.iottly.wire.Payload;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A command and how far it has come. What the journal holds is its creation and its changes; this
 * is their sum.
 *
 * @param id its identity
 * @param project the project
 * @param device whom it is for
 * @param type the command type of the project's definitions
 * @param body its public form, {@code {"<type>":{"<keyword>":<value>}}}
 * @param position where its creation stands in the journal; commands go to a device in this order
 * @param created when it was accepted
 * @param expires until when it may start
 * @param state how far it has come
 * @param changed when it came there
 * @param error why it failed, for a person, when it did
 * @param result what the device answered, when it answered with an object
 */
public record Command(
    CommandId id,
    ProjectId project,
    DeviceId device,
    String type,
    Payload body,
    long position,
    Instant created,
    Instant expires,
    CommandState state,
    Instant changed,
    @Nullable String error,
    @Nullable Payload result) {

  /** This command after the change; the same command when its state does not allow it. */
  public Command after(CommandChange change) {
    if (!state.mayBecome(change.state())) {
      return this;
    }
    return new Command(
        id,
        project,
        device,
        type,
        body,
        position,
        created,
        expires,
        change.state(),
        change.timestamp(),
        change.error(),
        change.result());
  }
}
