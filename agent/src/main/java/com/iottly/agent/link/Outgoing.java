package com.iottly.agent.link;

import com.iottly.agent.log.Log;
import com.iottly.agent.spool.Chunk;
import com.iottly.agent.spool.Spool;
import com.iottly.wire.Frame;
import com.iottly.wire.Frame.DeviceMessage;
import com.iottly.wire.Frame.Kind;
import com.iottly.wire.FrameCodec;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Takes messages from the spool and sends them, as far as the window allows. User messages and
 * replies go at once; telemetry alone waits until there is a buffer full of it or its time is up.
 *
 * <p>When the platform refuses a frame, the next session sends one message at a time; the message
 * that is refused on its own is then skipped with a gap, so no message can block the link.
 *
 * <p>Belongs to the link's thread; {@link #stored} is the spool's to call.
 */
final class Outgoing {

  private final Spool spool;
  private final Log log;
  private final AtomicBoolean urgent = new AtomicBoolean(true);
  private final AtomicInteger telemetry = new AtomicInteger();
  private LinkSettings settings;
  private long flushAt;
  private boolean flushing;
  private boolean careful;
  private long carefulThrough;
  private long skipped;
  private String skippedWhy = "";

  Outgoing(LinkSettings settings, Spool spool, Log log) {
    this.settings = settings;
    this.spool = spool;
    this.log = log;
  }

  void configure(LinkSettings changed) {
    settings = changed;
    flushAt = Math.min(flushAt, System.nanoTime() + settings.telemetryFlush().toNanos());
  }

  void stored(Kind kind) {
    switch (kind) {
      case IOTTLYAGENT -> telemetry.incrementAndGet();
      case USERDEFINED, COMMAND_REPLY -> urgent.set(true);
    }
  }

  /** Sends everything with the next pump. */
  void flush() {
    urgent.set(true);
  }

  Session begin(Frame.Welcome welcome, long sequence) {
    flush();
    return new Session(welcome, settings, sequence, careful);
  }

  /** How long until waiting telemetry must go, in nanoseconds. */
  long flushIn(long now) {
    return flushing ? Math.max(0, flushAt - now) : Long.MAX_VALUE;
  }

  void pump(Connection connection, Session session, long now) {
    int waiting = telemetry.get();
    if (waiting > 0 && !flushing) {
      flushing = true;
      flushAt = now + settings.telemetryFlush().toNanos();
    }
    boolean due = flushing && (now - flushAt >= 0 || waiting >= settings.telemetryBuffer());
    if (!due && !urgent.get()) {
      return;
    }
    urgent.set(false);
    telemetry.set(0);
    flushing = false;
    while (session.messagesAllowed() > 0) {
      if (!sendNext(connection, session)) {
        return;
      }
    }
    urgent.set(true);
  }

  /** Sends one frame, unless there is nothing or no room for it. */
  private boolean sendNext(Connection connection, Session session) {
    int messages = session.messagesAllowed();
    if (skipped > session.next()) {
      messages = (int) Math.min(messages, skipped - session.next());
    }
    return switch (spool.read(session.next(), messages, session.bytesAllowed()).join()) {
      case Chunk.Nothing _ -> false;
      case Chunk.Missing(long from, long through, String reason) ->
          gap(connection, session, from, through, reason);
      case Chunk.Messages chunk when chunk.first() == skipped ->
          gap(connection, session, skipped, skipped, skippedWhy);
      case Chunk.Messages chunk -> batch(connection, session, chunk);
    };
  }

  private boolean batch(Connection connection, Session session, Chunk.Messages chunk) {
    List<DeviceMessage> messages = chunk.messages();
    int fitting = 0;
    while (fitting < messages.size()
        && messages.get(fitting).payload().size() <= session.maxPayload()) {
      fitting++;
    }
    if (fitting == 0) {
      return tooLarge(connection, session, chunk);
    }
    var batch = new Frame.Batch(chunk.first(), messages.subList(0, fitting));
    byte[] frame = FrameCodec.encode(batch);
    if (session.tooLarge(frame.length)) {
      return tooLarge(connection, session, chunk);
    }
    if (!session.fitsWindow(frame.length) || !connection.send(frame)) {
      urgent.set(true);
      return false;
    }
    session.sent(batch.last(), fitting, frame.length);
    return true;
  }

  private boolean tooLarge(Connection connection, Session session, Chunk.Messages chunk) {
    int size = chunk.messages().getFirst().payload().size();
    String why = "a payload of %d bytes is more than the platform takes".formatted(size);
    return gap(connection, session, chunk.first(), chunk.first(), why);
  }

  private boolean gap(
      Connection connection, Session session, long from, long through, String reason) {
    log.warn("sequences %d to %d are declared missing: %s".formatted(from, through, reason));
    boolean sent = connection.send(new Frame.Gap(from, through, reason));
    if (sent) {
      session.sent(through, 0, 0);
    }
    return sent;
  }

  void acknowledged(Session session, long through) {
    if (careful && through >= carefulThrough) {
      careful = false;
      session.relax();
    }
  }

  /** The platform refused a frame of this session. */
  void refused(Session session, String reason) {
    long suspect = session.suspect();
    if (careful && suspect > 0) {
      skipped = suspect;
      skippedWhy = "refused by the platform";
      log.error("message %d is skipped, the platform refuses it: %s".formatted(suspect, reason));
    }
    careful = true;
    carefulThrough = session.next() - 1;
  }

  /** The spool was numbered anew. */
  void forgetRefusals() {
    careful = false;
    skipped = 0;
  }
}
