package com.iottly.platform.command;

import com.iottly.platform.core.Command;
import com.iottly.platform.core.CommandId;
import com.iottly.platform.core.CommandLog;
import com.iottly.platform.core.CommandLog.Created;
import com.iottly.platform.core.CommandLog.NewCommand;
import com.iottly.platform.core.CommandState;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.JournalException;
import com.iottly.platform.core.ProjectId;
import com.iottly.wire.Payload;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Accepts, finds and cancels commands (contract §5). Blocks on disk: virtual threads only. */
public final class Commands {

  private final CommandLog log;
  private final Predicate<DeviceId> connected;
  private final Consumer<DeviceId> nudge;
  private final InstantSource clock;
  private final Supplier<UUID> newId;
  private final CommandLimits limits;

  /**
   * @param connected whether a device is connected now
   * @param nudge tells a connected device's session to look for commands
   * @param newId makes random UUIDs
   */
  public Commands(
      CommandLog log,
      Predicate<DeviceId> connected,
      Consumer<DeviceId> nudge,
      InstantSource clock,
      Supplier<UUID> newId,
      CommandLimits limits) {
    this.log = log;
    this.connected = connected;
    this.nudge = nudge;
    this.clock = clock;
    this.newId = newId;
    this.limits = limits;
  }

  /**
   * Takes a command in.
   *
   * @param ttl how long it may wait, zero for only now, null for the default; 0 to {@link
   *     CommandLimits#maxTtl}
   * @param idempotencyKey makes a repeat of the same request answer with the first one's command,
   *     or null
   */
  public Submission submit(
      ProjectId project,
      DeviceId device,
      String type,
      Payload body,
      @Nullable Duration ttl,
      @Nullable String idempotencyKey) {
    boolean onlyNow = ttl != null && ttl.isZero();
    Duration life = onlyNow ? limits.onlyNowTtl() : ttl == null ? limits.defaultTtl() : ttl;
    NewCommand command =
        new NewCommand(
            new CommandId(newId.get()),
            project,
            device,
            type,
            body,
            Instant.ofEpochMilli(clock.instant().plus(life).toEpochMilli()),
            idempotencyKey,
            fingerprint(device, body, ttl));
    Optional<Created> repeat = log.repeat(command);
    if (repeat.isPresent()) {
      return submission(repeat.get());
    }
    if (onlyNow && !connected.test(device)) {
      return new Submission.NotConnected();
    }
    if (log.pendingCount(device) >= limits.pendingPerDevice()) {
      return new Submission.TooManyPending(limits.pendingPerDevice());
    }
    Created created = log.create(command).join();
    if (created instanceof Created.Accepted) {
      nudge.accept(device);
    }
    return submission(created);
  }

  private static Submission submission(Created created) {
    return switch (created) {
      case Created.Accepted(Command command) -> new Submission.Accepted(command, false);
      case Created.Repeated(Command command) -> new Submission.Accepted(command, true);
      case Created.KeyReused() -> new Submission.KeyReused();
      case Created.Unavailable(String reason) -> new Submission.Unavailable(reason);
    };
  }

  /** The project's command with that id. */
  public Optional<Command> find(ProjectId project, DeviceId device, CommandId id) {
    return log.find(id)
        .filter(command -> command.project().equals(project) && command.device().equals(device));
  }

  /** The device's newest commands, newest first, older than {@code before} when it is given. */
  public List<Command> list(DeviceId device, @Nullable CommandId before, int limit) {
    return log.list(device, before, limit);
  }

  /**
   * Cancels a command that its device has not confirmed yet. The device may have it already; then
   * its own word follows and wins.
   *
   * @return the command as it is now
   */
  public Optional<Command> cancel(CommandId id) {
    try {
      return log.change(id, CommandState.CANCELLED).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof JournalException cause ? cause : e;
    }
  }

  private static String fingerprint(DeviceId device, Payload body, @Nullable Duration ttl) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(device.toString().getBytes(StandardCharsets.US_ASCII));
      digest.update(String.valueOf(ttl).getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(digest.digest(body.bytes()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
