package com.iottly.agent.link;

import com.iottly.agent.channel.Multiplexer;
import com.iottly.agent.spool.Spool;
import com.iottly.wire.CloseCode;
import com.iottly.wire.Frame;
import com.iottly.wire.WireException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What happens on a connection from WELCOME on. What goes first: PING, then messages, which replies
 * to commands are among, then channels. Belongs to the link's thread.
 */
final class Conversation {

  /** How soon to look whether the network took what channels wait behind. */
  private static final long BUSY_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

  private static final int FRAMES_AT_ONCE = 8;

  private final Connection connection;
  private final Session session;
  private final Multiplexer channels;
  private final Outgoing outgoing;
  private final Heartbeat heartbeat;
  private final Spool spool;
  private final Consumer<Frame.Command> commands;
  private boolean hasMore;

  Conversation(
      Connection connection,
      Session session,
      Multiplexer channels,
      Outgoing outgoing,
      Heartbeat heartbeat,
      Spool spool,
      Consumer<Frame.Command> commands) {
    this.connection = connection;
    this.session = session;
    this.channels = channels;
    this.outgoing = outgoing;
    this.heartbeat = heartbeat;
    this.spool = spool;
    this.commands = commands;
  }

  Connection connection() {
    return connection;
  }

  /** Whether the frame acknowledged messages. */
  boolean received(Frame frame) {
    switch (frame) {
      case Frame.Ack(long through) -> {
        session.acknowledged(through);
        outgoing.acknowledged(session, through);
        spool.acknowledge(through);
        return true;
      }
      case Frame.Command command -> commands.accept(command);
      case Frame.Pong pong -> heartbeat.onPong(pong);
      case Frame.OfChannel ofChannel -> channels.received(ofChannel);
      case Frame.Welcome _ ->
          throw new WireException(CloseCode.BAD_FRAME, "WELCOME comes only once");
      case Frame.Hello _, Frame.Batch _, Frame.Gap _, Frame.Ping _ ->
          throw new WireException(
              CloseCode.BAD_FRAME, frame.getClass().getSimpleName() + " is the device's to send");
    }
    return false;
  }

  /** Sends what is due. */
  void pump(long now) {
    heartbeat.pingWhenDue(connection, now);
    outgoing.pump(connection, session, now);
    hasMore = sendOfChannels();
  }

  /** Sends a few frames, for what is more urgent may come meanwhile; whether there may be more. */
  private boolean sendOfChannels() {
    for (int i = 0; i < FRAMES_AT_ONCE; i++) {
      Frame frame = channels.next(connection.waiting());
      if (frame == null || !connection.send(frame)) {
        return false;
      }
    }
    return true;
  }

  /** How long nothing need be done, in nanoseconds. */
  long idleFor(long now) {
    if (hasMore) {
      return 0;
    }
    long idle = Math.min(heartbeat.deadline() - now, outgoing.flushIn(now));
    return channels.isWaiting() ? Math.min(idle, BUSY_NANOS) : idle;
  }

  /** The platform refused a frame. */
  void refused(String reason) {
    outgoing.refused(session, reason);
  }

  /** Sends everything that may be sent before it leaves. */
  void leave(String reason) {
    outgoing.flush();
    outgoing.pump(connection, session, System.nanoTime());
    connection.leave(reason);
  }

  /** It is over. */
  void end() {
    channels.close();
  }
}
