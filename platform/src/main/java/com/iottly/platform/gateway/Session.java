package com.iottly.platform.gateway;

import com.iottly.platform.core.Command;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.Journal.Opened;
import com.iottly.platform.core.Presence;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.core.Uplink;
import com.iottly.platform.websocket.CloseReason;
import com.iottly.platform.websocket.UnreadPings;
import com.iottly.wire.CloseCode;
import com.iottly.wire.Frame;
import com.iottly.wire.FrameCodec;
import com.iottly.wire.WireException;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of one device. Everything happens on the connection's event loop, except where a
 * method says otherwise.
 *
 * <pre>
 *   state           on                       goes to
 *   AWAITING_HELLO  HELLO                    OPENING   (asks the journal for the stream)
 *                   time is up, other frame  CLOSED
 *   OPENING         stream opened            LIVE      (WELCOME, "connected")
 *                   journal unavailable      CLOSED
 *   LIVE            BATCH, GAP, PING         LIVE
 *                   broken rule, silence,
 *                   fenced, store error      CLOSED    ("disconnected" unless superseded)
 * </pre>
 *
 * {@link Inbox} carries messages up, {@link Outbox} carries commands down, {@link DeviceChannels}
 * carries the bytes of services both ways.
 */
final class Session {

  private enum State {
    AWAITING_HELLO,
    OPENING,
    LIVE,
    CLOSED
  }

  private static final Logger LOG = LoggerFactory.getLogger(Session.class);

  private final DeviceGateway gateway;
  private final ProjectId project;
  private final DeviceId device;
  private final DeviceRegistry.Credentials shown;
  private final ServerWebSocket socket;
  private final Context context;
  private final GatewayLimits limits;
  private final Outbox outbox;
  private final DeviceChannels channels;

  private State state = State.AWAITING_HELLO;
  private @Nullable Inbox inbox;
  private volatile @Nullable Rival rival;
  private volatile long fence;
  private volatile boolean speaksChannels;
  private long lastHeardNanos = System.nanoTime();
  private long timer;

  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  Session(
      DeviceGateway gateway,
      DeviceRegistry.Verdict.Accepted identity,
      DeviceRegistry.Credentials shown,
      ServerWebSocket socket,
      Context context,
      GatewayLimits limits) {
    this.gateway = gateway;
    this.project = identity.project();
    this.device = identity.device();
    this.shown = shown;
    this.socket = socket;
    this.context = context;
    this.limits = limits;
    this.outbox = new Outbox(gateway, this, context, limits.commandsInFlight());
    this.channels = new DeviceChannels(this, socket, context);
  }

  ProjectId project() {
    return project;
  }

  DeviceId device() {
    return device;
  }

  /** The session's right to append; 0 before it is open. Any thread. */
  long fence() {
    return fence;
  }

  void start() {
    UnreadPings.passOver(socket);
    socket.binaryMessageHandler(this::onMessage);
    socket.textMessageHandler(
        _ -> close(CloseCode.BAD_FRAME, "frames are binary WebSocket messages"));
    socket.closeHandler(_ -> ended());
    socket.drainHandler(_ -> onDrained());
    socket.exceptionHandler(e -> LOG.atDebug().setCause(e).log("A device connection failed"));
    timer =
        gateway
            .vertx()
            .setTimer(
                limits.helloTimeout().toMillis(),
                _ -> {
                  if (state == State.AWAITING_HELLO) {
                    close(
                        CloseCode.SILENT,
                        "no HELLO within " + limits.helloTimeout().toSeconds() + " s");
                  }
                });
  }

  private void onMessage(Buffer message) {
    heard();
    if (state == State.CLOSED) {
      return;
    }
    try {
      if (message.length() > limits.maxFrameBytes()) {
        throw new WireException(
            CloseCode.TOO_LARGE,
            "a frame of "
                + message.length()
                + " bytes is over the limit of "
                + limits.maxFrameBytes());
      }
      onFrame(gateway.codec().decode(message.getBytes()), message.length());
    } catch (WireException e) {
      close(e.closeCode(), e.getMessage());
    } catch (RuntimeException e) {
      LOG.atError().addKeyValue("device", device).setCause(e).log("A frame could not be handled");
      close(CloseCode.STORE_UNAVAILABLE, "the platform could not handle this frame; try again");
    }
  }

  /** The device spoke, or could not be listened to. */
  void heard() {
    lastHeardNanos = System.nanoTime();
  }

  private void onDrained() {
    if (inbox != null) {
      inbox.onDrained();
      outbox.lookIfLeftBehind();
    }
  }

  private void onFrame(Frame frame, int size) {
    switch (frame) {
      case Frame.Hello hello when state == State.AWAITING_HELLO -> onHello(hello);
      case Frame.Batch batch when inbox != null -> inbox.onBatch(batch, size);
      case Frame.Gap gap when inbox != null -> inbox.onGap(gap, size);
      case Frame.Ping ping when state == State.LIVE -> onPing(ping);
      case Frame.Hello _, Frame.Batch _, Frame.Gap _, Frame.Ping _ ->
          throw new WireException(
              CloseCode.BAD_FRAME,
              state == State.LIVE
                  ? "HELLO comes once"
                  : "HELLO comes first, and other frames only after WELCOME");
      case Frame.OfChannel ofChannel -> channels.received(ofChannel);
      case Frame.Welcome _, Frame.Ack _, Frame.Command _, Frame.Pong _ ->
          throw new WireException(CloseCode.BAD_FRAME, "only the platform sends this frame type");
    }
  }

  private void onHello(Frame.Hello hello) {
    state = State.OPENING;
    gateway.vertx().cancelTimer(timer);
    var _ =
        gateway
            .journal()
            .open(project, device, hello.epoch())
            .thenAccept(opened -> context.runOnContext(_ -> onOpened(hello, opened)));
  }

  private void onOpened(Frame.Hello hello, Opened opened) {
    if (state != State.OPENING) {
      return;
    }
    switch (opened) {
      case Opened.Unavailable unavailable -> {
        LOG.atWarn().addKeyValue("reason", unavailable.reason()).log("A device was sent away");
        close(
            CloseCode.STORE_UNAVAILABLE, "the platform can't store messages now; try again later");
      }
      case Opened.Stream stream -> {
        fence = stream.fence();
        inbox = new Inbox(gateway, this, socket, context, limits, hello.epoch(), stream);
        state = State.LIVE;
        speaksChannels = DeviceChannels.areSpoken(hello.info());
        rival = Rival.of(hello.epoch(), hello.info(), address());
        gateway.links().enter(this).ifPresent(this::tookOver);
        var _ = gateway.journal().appendPresence(project, device, fence, Presence.CONNECTED);
        watchSilence(hello.heartbeatSeconds());
        write(
            new Frame.Welcome(
                stream.received(),
                gateway.clock().millis(),
                limits.windowMessages(),
                limits.windowBytes(),
                limits.maxFrameBytes(),
                limits.maxPayloadBytes()));
        gateway.blocking().execute(() -> greet(hello));
      }
    }
  }

  private String address() {
    return socket.remoteAddress() == null ? "" : socket.remoteAddress().hostAddress();
  }

  private void tookOver(Session older) {
    Rival before = older.rival;
    Rival now = rival;
    if (before != null && now != null) {
      gateway
          .rivalry()
          .takeOver(device, before, now)
          .ifPresent(note -> {
            LOG.atWarn().addKeyValue("device", device).log("Two machines use one identity");
            var _ = gateway.journal().appendNote(project, device, note);
          });
    }
  }

  /** Virtual thread. */
  private void greet(Frame.Hello hello) {
    // The token was checked before the session could be found and cut; look again.
    if (gateway.registry().authenticate(shown) instanceof DeviceRegistry.Verdict.Refused refused) {
      closeFromAnyThread(CloseCode.TOKEN_REJECTED, refused.sentence());
      return;
    }
    gateway.registry().connected(device, hello.agentVersion(), hello.info());
    outbox.nudge();
  }

  /** Looks again when the device would have been silent for too long, if it stayed so. */
  private void watchSilence(int heartbeatSeconds) {
    long allowed = 2L * heartbeatSeconds * 1_000_000_000L;
    long left = allowed - (System.nanoTime() - lastHeardNanos);
    if (left <= 0) {
      close(CloseCode.SILENT, "nothing was heard for two heartbeats of " + heartbeatSeconds + " s");
      return;
    }
    timer =
        gateway
            .vertx()
            .setTimer(Math.ceilDiv(left, 1_000_000L), _ -> watchSilence(heartbeatSeconds));
  }

  private void onPing(Frame.Ping ping) {
    if (canWrite()) {
      write(new Frame.Pong(ping.deviceTime(), gateway.clock().millis()));
    }
    outbox.lookIfLeftBehind();
  }

  /** Whether frames may be exchanged; a connection that broke is closed a moment before we hear. */
  boolean isLive() {
    return state == State.LIVE && !socket.isClosed();
  }

  /** Whether there is room for another frame, so that a device that does not read costs nothing. */
  boolean canWrite() {
    return isLive() && !socket.writeQueueFull();
  }

  /** Replies are about to be appended. */
  void beforeReplies() {
    outbox.noteSent();
  }

  void onReplies(List<Uplink.CommandReply> replies) {
    outbox.onReplies(replies);
  }

  /** Any thread. */
  void nudge() {
    outbox.nudge();
  }

  /** Whether the device knows what channels are. Any thread. */
  boolean speaksChannels() {
    return speaksChannels;
  }

  /** Any thread. */
  DeviceChannels channels() {
    return channels;
  }

  void send(Command command, long ttlMillis) {
    write(new Frame.Command(command.id().toString(), ttlMillis, command.type(), command.body()));
  }

  void write(Frame frame) {
    var _ = socket.writeBinaryMessage(Buffer.buffer(FrameCodec.encode(frame)));
  }

  /** Any thread. */
  void closeFromAnyThread(CloseCode code, String reason) {
    context.runOnContext(_ -> close(code, reason));
  }

  /** Completes when the session is over and its last note is with the journal. Any thread. */
  CompletableFuture<Void> closed() {
    return closed;
  }

  private void close(CloseCode code, String reason) {
    if (state == State.CLOSED) {
      return;
    }
    LOG.atInfo()
        .addKeyValue("device", device)
        .addKeyValue("code", code)
        .addKeyValue("reason", reason)
        .log("Closing a device connection");
    ended();
    var _ = socket.close((short) code.code(), CloseReason.fitting(reason));
  }

  private void ended() {
    if (state == State.CLOSED) {
      return;
    }
    boolean wasLive = state == State.LIVE;
    state = State.CLOSED;
    gateway.vertx().cancelTimer(timer);
    outbox.noteSent();
    channels.linkLost();
    if (inbox != null) {
      inbox.onEnd();
    }
    if (wasLive && gateway.links().leave(this)) {
      var _ =
          gateway
              .journal()
              .appendPresence(project, device, fence, Presence.DISCONNECTED)
              .thenAccept(_ -> closed.complete(null));
    } else {
      closed.complete(null);
    }
  }
}
