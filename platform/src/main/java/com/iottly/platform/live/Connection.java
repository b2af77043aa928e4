package com.iottly.platform.live;

import com.iottly.platform.core.Cursor;
import com.iottly.platform.websocket.CloseReason;
import com.iottly.platform.websocket.UnreadPings;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection. The socket is its event loop's; frames may be sent from any thread, and
 * go out in the order in which they were given. Requests are handled one after the other, and none
 * is read while too much is on its way to the client.
 */
final class Connection {

  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
  private static final Duration LONGEST_TIMER = Duration.ofDays(1);

  private final Streams streams;
  private final StreamClient client;
  private final ServerWebSocket socket;
  private final Context context;
  private final Room room;
  private final ClientChannels channels;
  private final BooleanSupplier stillGood;
  private final Map<String, Subscription> subscriptions = new ConcurrentHashMap<>();

  /** For those who wait until the client has read. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition changed = lock.newCondition();

  private volatile boolean closed;
  private long lastHeardNanos = System.nanoTime();
  private long heartbeatTimer;
  private long expiryTimer;
  private boolean handling;

  /**
   * @param stillGood looks again whether the client may be here; may block
   */
  Connection(
      Streams streams,
      StreamClient client,
      ServerWebSocket socket,
      Context context,
      Room room,
      ClientChannels channels,
      BooleanSupplier stillGood) {
    this.streams = streams;
    this.client = client;
    this.socket = socket;
    this.room = room;
    this.stillGood = stillGood;
    this.channels = channels;
    this.context = context;
  }

  StreamClient client() {
    return client;
  }

  Room room() {
    return room;
  }

  ClientChannels channels() {
    return channels;
  }

  Map<String, Subscription> subscriptions() {
    return subscriptions;
  }

  boolean isClosed() {
    return closed;
  }

  /** Event loop. */
  void start() {
    UnreadPings.passOver(socket);
    socket.textMessageHandler(this::onText);
    socket.binaryMessageHandler(this::onBinary);
    socket.pongHandler(_ -> heard());
    socket.closeHandler(_ -> ended());
    socket.exceptionHandler(this::failed);
    long heartbeat = streams.limits().heartbeat().toMillis();
    heartbeatTimer = streams.vertx().setPeriodic(heartbeat, _ -> beat());
    watchExpiry();
    send(Frames.hello(client, streams.limits(), streams.clock().instant()));
    lookAgain();
  }

  /**
   * The client was let in before it could be found and closed, and what ends a credential is not
   * always told.
   */
  private void lookAgain() {
    streams
        .blocking()
        .execute(() -> {
          if (!stillGood.getAsBoolean()) {
            closeFromAnyThread(
                StreamClose.CREDENTIAL_ENDED, "the credential has ended; connect with another one");
          }
          channels.lookAgain();
        });
  }

  private void failed(Throwable e) {
    LOG.atDebug().setCause(e).log("A stream's connection failed");
    if (e instanceof IllegalStateException) {
      // Vert.x gave up putting a message together from its fragments, and would go on.
      close(StreamClose.TOO_LARGE, "a message is far over the limit");
    }
  }

  private void heard() {
    lastHeardNanos = System.nanoTime();
  }

  private void beat() {
    Duration silence = Duration.ofNanos(System.nanoTime() - lastHeardNanos);
    Duration allowed = streams.limits().heartbeat().multipliedBy(2);
    if (silence.compareTo(allowed) >= 0) {
      close(StreamClose.SILENT, "nothing was heard for " + allowed.toSeconds() + " s");
      return;
    }
    lookAgain();
    var _ = socket.writePing(Buffer.buffer());
    if (room.isSpacious()) {
      Map<String, Cursor> cursors = new TreeMap<>();
      subscriptions.forEach((name, subscription) -> cursors.put(name, subscription.resumeFrom()));
      send(Frames.heartbeat(streams.clock().instant(), cursors));
    }
  }

  private void watchExpiry() {
    if (client.expires() == null || closed) {
      return;
    }
    Duration left = Duration.between(streams.clock().instant(), client.expires());
    if (!left.isPositive()) {
      close(StreamClose.CREDENTIAL_ENDED, "the credential has expired; connect with another one");
      return;
    }
    Duration wait = left.compareTo(LONGEST_TIMER) < 0 ? left : LONGEST_TIMER;
    expiryTimer = streams.vertx().setTimer(wait.toMillis() + 1, _ -> watchExpiry());
  }

  private void onText(String text) {
    heard();
    int limit = streams.limits().frameBytes();
    if (text.length() > limit || text.getBytes(StandardCharsets.UTF_8).length > limit) {
      close(StreamClose.TOO_LARGE, "a frame may have " + limit + " bytes");
      return;
    }
    handle(() -> streams.handle(this, text));
  }

  private void onBinary(Buffer frame) {
    heard();
    if (frame.length() > streams.limits().frameBytes()) {
      close(StreamClose.TOO_LARGE, "a frame may have " + streams.limits().frameBytes() + " bytes");
      return;
    }
    try {
      channels.data(frame);
    } catch (StreamException e) {
      handle(() -> send(Frames.error(Request.Id.NONE, e)));
    }
  }

  private void handle(Runnable request) {
    if (closed) {
      return;
    }
    handling = true;
    socket.pause();
    streams
        .blocking()
        .execute(() -> {
          request.run();
          context.runOnContext(_ -> {
            handling = false;
            listenOn();
          });
        });
  }

  private void listenOn() {
    if (!handling && !closed && room.isSpacious()) {
      socket.resume();
    }
  }

  /** Sends it if there is room; any thread. */
  boolean offer(String frame, long bytes) {
    if (closed || !room.tryTake(bytes)) {
      return false;
    }
    context.runOnContext(_ -> write(frame, bytes));
    return true;
  }

  /** Sends it, whatever is on its way already; any thread. */
  void send(String frame, long bytes) {
    room.take(bytes);
    context.runOnContext(_ -> write(frame, bytes));
  }

  /** Sends what is small; any thread. */
  void send(String frame) {
    send(frame, frame.getBytes(StandardCharsets.UTF_8).length);
  }

  private void write(String frame, long bytes) {
    if (closed) {
      room.give(bytes);
      return;
    }
    var _ = socket.writeTextMessage(frame).onComplete(_ -> written(bytes));
  }

  private void written(long bytes) {
    room.give(bytes);
    if (room.isSpacious()) {
      listenOn();
      subscriptions.values().forEach(Subscription::tellMissed);
      wakeWaiting();
    }
  }

  private void wakeWaiting() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the client has read most of what it was sent, or is gone; virtual threads only. */
  void awaitSpace() throws InterruptedException {
    lock.lock();
    try {
      while (!closed && !room.isSpacious()) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  void forget(Subscription subscription) {
    subscriptions.remove(subscription.name(), subscription);
  }

  /** Any thread. */
  void closeFromAnyThread(StreamClose code, String reason) {
    context.runOnContext(_ -> close(code, reason));
  }

  private void close(StreamClose code, String reason) {
    if (closed) {
      return;
    }
    LOG.atInfo()
        .addKeyValue("project", client.project())
        .addKeyValue("credential", client.credential())
        .addKeyValue("code", code)
        .addKeyValue("reason", reason)
        .log("Closing a stream");
    if (code == StreamClose.CREDENTIAL_ENDED) {
      channels.end();
    }
    ended();
    var _ = socket.close((short) code.code(), CloseReason.fitting(reason));
  }

  private void ended() {
    if (closed) {
      return;
    }
    closed = true;
    streams.vertx().cancelTimer(heartbeatTimer);
    streams.vertx().cancelTimer(expiryTimer);
    wakeWaiting();
    channels.clientLost();
    streams.left(this);
  }
}
