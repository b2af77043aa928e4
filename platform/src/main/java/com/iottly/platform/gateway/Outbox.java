package com.iottly.platform.gateway;

import com.iottly.platform.core.Command;
import com.iottly.platform.core.CommandId;
import com.iottly.platform.core.Uplink;
import io.vertx.core.Context;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A session's commands on their way down. The journal holds them; this only remembers which were
 * sent on this connection and are not confirmed yet. Event loop of the session, except {@link
 * #nudge}.
 */
final class Outbox {

  private final DeviceGateway gateway;
  private final Session session;
  private final Context context;
  private final int maxInFlight;
  private final Set<CommandId> inFlight = new HashSet<>();
  private boolean looking;
  private boolean lookAgain;

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
    boolean wasFull = inFlight.size() >= maxInFlight;
    for (Uplink.CommandReply reply : replies) {
      inFlight.remove(reply.command());
    }
    if (wasFull) {
      look();
    }
  }

  private void look() {
    if (looking) {
      lookAgain = true;
      return;
    }
    if (!session.canTakeCommands() || inFlight.size() >= maxInFlight) {
      return;
    }
    looking = true;
    gateway
        .blocking()
        .execute(() -> {
          List<Command> pending = gateway.commandLog().pending(session.device(), 2 * maxInFlight);
          context.runOnContext(_ -> send(pending));
        });
  }

  private void send(List<Command> pending) {
    looking = false;
    for (Command command : pending) {
      if (!session.canTakeCommands() || inFlight.size() >= maxInFlight) {
        break;
      }
      long ttlMillis = Duration.between(gateway.clock().instant(), command.expires()).toMillis();
      if (ttlMillis > 0 && inFlight.add(command.id())) {
        session.send(command, ttlMillis);
      }
    }
    if (lookAgain) {
      lookAgain = false;
      look();
    }
  }
}
