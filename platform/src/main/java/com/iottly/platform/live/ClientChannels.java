package com.iottly.platform.live;

import com.iottly.platform.remote.RemoteException;
import com.iottly.platform.remote.RemoteLimits;
import com.iottly.platform.remote.RemoteSession;
import com.iottly.platform.remote.RemoteSessions;
import com.iottly.platform.websocket.FairWriter;
import com.iottly.wire.FrameCodec;
import com.iottly.wire.Payload;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The channels of one connection to services of devices ({@code docs/streaming.md}). Requests come
 * one at a time on virtual threads, and bytes on the event loop while none is handled.
 */
final class ClientChannels {

  /** How many seconds' worth of opens may come at once. */
  private static final int BURST_SECONDS = 4;

  static final int NUMBER_BYTES = 4;

  private final RemoteSessions sessions;
  private final RemoteLimits limits;
  private final StreamClient client;
  private final Context context;
  private final FairWriter writer;
  private final BooleanSupplier mayOpen;
  private final Map<Integer, ClientChannel> open = new ConcurrentHashMap<>();
  private volatile int highest;
  private volatile boolean over;

  /** When the opens so far are paid for. */
  private long paidUntil = System.nanoTime() - TimeUnit.SECONDS.toNanos(BURST_SECONDS);

  /**
   * @param mayOpen looks again whether the client may use devices from afar; may block
   */
  ClientChannels(
      RemoteSessions sessions,
      StreamClient client,
      Context context,
      FairWriter writer,
      BooleanSupplier mayOpen) {
    this.sessions = sessions;
    this.limits = sessions.limits();
    this.client = client;
    this.context = context;
    this.writer = writer;
    this.mayOpen = mayOpen;
  }

  /** Virtual thread. */
  void open(Request.Open request) {
    if (request.channel() <= highest) {
      throw new StreamException(
          "channel_used",
          "Each channel of a connection has a number higher than those before; take %d."
              .formatted(highest + 1));
    }
    highest = request.channel();
    requireTurn();
    if (open.size() >= limits.sessionsPerClient()) {
      throw new StreamException(
          "too_many_channels",
          "A connection may have " + limits.sessionsPerClient() + " channels: close one first.");
    }
    if (!mayOpen.getAsBoolean()) {
      throw new StreamException(
          "scope_missing",
          "Shells, logs, files and tunnels need the scope 'remote' of a key, or the role operator.");
    }
    boolean bulk = !RemoteSessions.isInteractive(request.service());
    ClientChannel channel = new ClientChannel(this, context, writer.line(bulk), request);
    open.put(request.channel(), channel);
    try {
      channel.begin(open(request, channel));
    } catch (RuntimeException e) {
      forget(channel);
      throw e;
    }
    if (over) {
      clientLost();
    }
  }

  private RemoteSession open(Request.Open request, ClientChannel channel) {
    try {
      return sessions.open(
          client.visitor(),
          request.device(),
          request.service(),
          request.arguments(),
          request.credit(),
          channel);
    } catch (RemoteException e) {
      throw new StreamException(e.code(), e.sentence());
    }
  }

  private void requireTurn() {
    long now = System.nanoTime();
    long cost = TimeUnit.SECONDS.toNanos(1) / limits.opensPerSecond();
    long earliest = now - TimeUnit.SECONDS.toNanos(BURST_SECONDS);
    paidUntil = paidUntil - earliest < 0 ? earliest : paidUntil;
    if (paidUntil + cost - now > 0) {
      throw new StreamException(
          "too_many_opens",
          "A connection may open %d channels per second. Try again in a second."
              .formatted(limits.opensPerSecond()));
    }
    paidUntil += cost;
  }

  /** Virtual thread. */
  void credit(Request.Credit request) {
    find(request.channel()).ifPresent(session -> session.credit(request.bytes()));
  }

  /** Virtual thread. */
  void control(Request.Control request) {
    Payload control = Payload.of(request.control().toString());
    if (control.size() > FrameCodec.MAX_CONTROL) {
      throw new StreamException(
          "bad_member", "\"control\" may have " + FrameCodec.MAX_CONTROL + " bytes.");
    }
    find(request.channel()).ifPresent(session -> session.control(control));
  }

  /** Virtual thread. */
  void close(Request.Close request) {
    find(request.channel()).ifPresent(RemoteSession::close);
  }

  /** Bytes for a channel; event loop. */
  void data(Buffer frame) {
    if (frame.length() <= NUMBER_BYTES) {
      throw new StreamException(
          "bad_frame",
          "A binary frame is four bytes of channel number, and at least one byte more.");
    }
    find(frame.getInt(0))
        .ifPresent(session -> {
          for (int at = NUMBER_BYTES; at < frame.length(); at += FrameCodec.MAX_DATA) {
            int end = Math.min(frame.length(), at + FrameCodec.MAX_DATA);
            session.data(ByteBuffer.wrap(frame.getBytes(at, end)));
          }
        });
  }

  /** The channel's session; none when it has ended, which the client may not have heard yet. */
  private Optional<RemoteSession> find(int number) {
    if (number < 1 || number > highest) {
      throw new StreamException(
          "unknown_channel",
          "Channel %s was never opened on this connection."
              .formatted(Integer.toUnsignedString(number)));
    }
    ClientChannel channel = open.get(number);
    return channel == null ? Optional.empty() : channel.session();
  }

  void forget(ClientChannel channel) {
    open.remove(channel.number(), channel);
  }

  /** The client may no longer use devices from afar, if it did. Any thread; may block. */
  void lookAgain() {
    if (!open.isEmpty() && !mayOpen.getAsBoolean()) {
      end();
    }
  }

  /** The client is gone for now. Any thread. */
  void clientLost() {
    over = true;
    open.values().forEach(channel -> channel.session().ifPresent(RemoteSession::clientLost));
  }

  /** The client may not be here any more. Any thread. */
  void end() {
    open.values().forEach(channel -> channel.session().ifPresent(RemoteSession::close));
  }
}
