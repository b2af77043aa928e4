package com.iottly.platform.gateway;

import com.iottly.platform.core.Command;
import com.iottly.platform.core.CommandId;
import com.iottly.platform.core.CommandState;
import com.iottly.platform.core.JournalException;
import com.iottly.platform.core.Uplink;
import io.vertx.core.Context;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session's commands on their way down. The journal holds them; this only remembers which were
 * sent on this connection and are not confirmed yet. Event loop of the session, except {@link
 * #nudge}.
 *
 * <p>That a command was sent is noted a moment later, or right before what the device answers, so
 * that both share one sync to disk and a quick answer need not wait for the note's own. A crash in
 * between leaves the command queued: it is sent again, and the device knows it.
 */
final class Outbox {

  private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

  /** How long a device may take for its answer to find the note still unwritten. */
  private static final long NOTE_MILLIS = 20;

  private final DeviceGateway gateway;
  private final Session session;
  private final Context context;
  private final int maxInFlight;
  private final Set<CommandId> inFlight = new HashSet<>();
  private final List<CommandId> unnoted = new ArrayList<>();
  private boolean looking;
  private boolean lookAgain;

  /** Whether commands may have been left behind that no nudge will come for. */
  private boolean leftBehind;

  Outbox(DeviceGateway gateway, Session session, Context context, int maxInFlight) {
    this.gateway = gateway;
    this.session = session;
    this.context = context;
    this.maxInFlight = maxInFlight;
  }

  /** There may be commands: look. Any thread. */
  void nudge() {
    context.runOnContext(_ -> look());
  }

  /** The device confirmed or finished commands, durably. */
  void onReplies(List<Uplink.CommandReply> replies) {
    for (Uplink.CommandReply reply : replies) {
      inFlight.remove(reply.command());
    }
    lookIfLeftBehind();
  }

  /**
   * The device pinged, or its socket has room again: commands that were left behind may go now, for
   * those in front of them can have expired or been cancelled.
   */
  void lookIfLeftBehind() {
    if (leftBehind) {
      look();
    }
  }

  private void look() {
    if (looking) {
      lookAgain = true;
      return;
    }
    if (!session.canWrite()) {
      leftBehind = true;
      return;
    }
    looking = true;
    leftBehind = false;
    gateway
        .blocking()
        .execute(() -> {
          List<Command> pending = pending();
          context.runOnContext(_ -> send(pending));
        });
  }

  /** Virtual thread. */
  private List<Command> pending() {
    try {
      return gateway.commandLog().pending(session.device(), 2 * maxInFlight);
    } catch (JournalException e) {
      LOG.atWarn()
          .addKeyValue("device", session.device())
          .setCause(e)
          .log("Commands can't be read; trying again");
      context.runOnContext(_ -> leftBehind = true);
      return List.of();
    }
  }

  private void send(List<Command> pending) {
    looking = false;
    if (pending.size() < 2 * maxInFlight) {
      inFlight.retainAll(pending.stream().map(Command::id).collect(Collectors.toSet()));
    } else {
      leftBehind = true;
    }
    for (Command command : pending) {
      if (!session.canWrite() || inFlight.size() >= maxInFlight) {
        leftBehind = true;
        break;
      }
      long ttlMillis = Duration.between(gateway.clock().instant(), command.expires()).toMillis();
      if (ttlMillis > 0 && inFlight.add(command.id())) {
        session.send(command, ttlMillis);
        if (command.state() == CommandState.QUEUED) {
          noteSoon(command.id());
        }
      }
    }
    if (lookAgain) {
      lookAgain = false;
      look();
    }
  }

  private void noteSoon(CommandId sent) {
    if (unnoted.isEmpty()) {
      gateway.vertx().setTimer(NOTE_MILLIS, _ -> noteSent());
    }
    unnoted.add(sent);
  }

  /** Writes down which commands were sent. */
  void noteSent() {
    unnoted.forEach(sent -> {
      var _ = gateway.commandLog().change(sent, CommandState.SENT);
    });
    unnoted.clear();
  }
}
