package com.iottly.platform.core;

import com.iottly.wire.Payload;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A command came to a new state. The first change of every command is to {@code QUEUED}.
 *
 * @param position its place in the journal
 * @param project the project
 * @param device whom the command is for
 * @param command which command
 * @param timestamp when it happened, by the platform's clock
 * @param state the new state
 * @param error why it failed, for a person, when it did
 * @param result what the device answered, when it answered with an object
 */
public record CommandChange(
    long position,
    ProjectId project,
    DeviceId device,
    CommandId command,
    Instant timestamp,
    CommandState state,
    @Nullable String error,
    @Nullable Payload result)
    implements Entry {}
