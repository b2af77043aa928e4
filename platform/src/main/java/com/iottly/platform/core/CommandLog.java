package com.iottly.platform.core;

import com.iottly.wire.Payload;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The commands in the {@link Journal}: each with its present state, kept in the same atomic write
 * as the entries it is the sum of. Reads block on disk: not for event loops. Any thread.
 */
public interface CommandLog {

  /**
   * A command to be accepted.
   *
   * @param id a fresh random id
   * @param idempotencyKey the caller's key, at most 255 characters, or null; remembered per project
   *     for 24 hours
   * @param fingerprint a hash of the request; a repeat under the same key must have the same one
   */
  record NewCommand(
      CommandId id,
      ProjectId project,
      DeviceId device,
      String type,
      Payload body,
      Instant expires,
      @Nullable String idempotencyKey,
      String fingerprint) {}

  /** What became of {@link #create}. */
  sealed interface Created {
    /** It is durable and queued. */
    record Accepted(Command command) implements Created {}

    /** The same request came before under this key; this is what it made. */
    record Repeated(Command command) implements Created {}

    /** The key was used for a different request. */
    record KeyReused() implements Created {}

    /** The journal can't store it now; nothing was accepted. */
    record Unavailable(String reason) implements Created {}
  }

  /**
   * What a repeat of that request under its idempotency key gets, before anything else is looked
   * at: {@code Repeated} or {@code KeyReused}; empty when it has no key or the key is free.
   */
  Optional<Created> repeat(NewCommand command);

  /** Stores the command, its idempotency key and its first state in one atomic step. */
  CompletableFuture<Created> create(NewCommand command);

  /**
   * Moves a command to a state the platform decides ({@code SENT}, {@code EXPIRED}, {@code
   * CANCELLED}) if its state allows it.
   *
   * @return the command as it is afterwards, changed or not; empty when it is unknown. Fails with a
   *     {@link JournalException} when the journal can't store it now
   */
  CompletableFuture<Optional<Command>> change(CommandId id, CommandState state);

  /** The command with that id. */
  Optional<Command> find(CommandId id);

  /** The device's commands that still wait to be handed over, oldest first. */
  List<Command> pending(DeviceId device, int limit);

  /** How many commands wait for that device. */
  int pendingCount(DeviceId device);

  /** The newest commands of a device, newest first, older than {@code before} when it is given. */
  List<Command> list(DeviceId device, @Nullable CommandId before, int limit);

  /** Pending commands of any device that expire at or before that moment. */
  List<Command> due(Instant moment, int limit);
}
