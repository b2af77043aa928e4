package com.iottly.platform.live;

import com.iottly.platform.core.Cursor;
import com.iottly.platform.core.Journal;
import com.iottly.platform.core.JournalException;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.filter.QueryLimits;
import com.iottly.platform.live.Request.From;
import com.iottly.platform.remote.RemoteSessions;
import com.iottly.platform.websocket.FairWriter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The platform's end of the WebSocket API ({@code docs/streaming.md}). Whoever answers the upgrade
 * takes a {@link Seat} first. Any thread.
 */
public final class Streams implements AutoCloseable {

  /** The sub-protocol, which names the version. */
  public static final String SUBPROTOCOL = "iottly-stream.v1";

  private static final Logger LOG = LoggerFactory.getLogger(Streams.class);

  /** What became of {@link #enter}. */
  public sealed interface Entered {

    /** There is a place; it is taken until its connection ends, or {@link Seat#leave}. */
    record Seated(Seat seat) implements Entered {}

    /**
     * There are as many as may be.
     *
     * @param sentence for whoever asked
     */
    record Full(String sentence) implements Entered {}
  }

  private final Vertx vertx;
  private final Executor blocking;
  private final Journal journal;
  private final RemoteSessions sessions;
  private final InstantSource clock;
  private final StreamLimits limits;
  private final RequestReader reader;
  private final Tailer tailer;
  private final Replays replays;
  private final AtomicLong bytesOnTheirWay = new AtomicLong();
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();

  /** How many places are taken by project, and in all; guarded by itself. */
  private final Map<ProjectId, Integer> taken = new HashMap<>();

  private int takenInAll;
  private volatile boolean closing;

  /**
   * Streams without connections.
   *
   * @param blocking runs what may block, on virtual threads
   */
  public Streams(
      Vertx vertx,
      Executor blocking,
      Journal journal,
      RemoteSessions sessions,
      InstantSource clock,
      StreamLimits limits,
      QueryLimits queryLimits) {
    this.vertx = vertx;
    this.blocking = blocking;
    this.journal = journal;
    this.sessions = sessions;
    this.clock = clock;
    this.limits = limits;
    this.reader = new RequestReader(limits, queryLimits);
    this.replays = new Replays(journal, blocking, limits, queryLimits.runTime());
    this.tailer = new Tailer(journal, limits, this::replay);
  }

  private void replay(Subscription subscription) {
    replays.start(subscription, this::follow);
  }

  private void follow(Subscription subscription) {
    tailer.join(subscription);
  }

  /** Takes a place for a connection of that client. */
  public Entered enter(StreamClient client) {
    synchronized (taken) {
      if (closing || takenInAll >= limits.connections()) {
        return new Entered.Full(
            "The server has as many streams open as it takes. Try again later.");
      }
      int ofProject = taken.getOrDefault(client.project(), 0);
      if (ofProject >= limits.connectionsPerProject()) {
        return new Entered.Full(
            "The project has %d streams open, which is the most. Close one you no longer use; one can have many subscriptions."
                .formatted(ofProject));
      }
      taken.put(client.project(), ofProject + 1);
      takenInAll++;
    }
    return new Entered.Seated(new Seat(client));
  }

  /** A place for one connection. */
  public final class Seat {

    private final StreamClient client;

    private Seat(StreamClient client) {
      this.client = client;
    }

    /**
     * The client has come; its event loop.
     *
     * @param stillGood looks again whether the client may be here; may block
     * @param mayOpenChannels the same, and use devices from afar
     */
    public void sit(
        ServerWebSocket socket, BooleanSupplier stillGood, BooleanSupplier mayOpenChannels) {
      Context context = vertx.getOrCreateContext();
      Connection connection =
          new Connection(
              Streams.this,
              client,
              socket,
              context,
              new Room(bytesOnTheirWay, limits),
              new ClientChannels(
                  sessions, client, context, new FairWriter(socket), mayOpenChannels),
              stillGood);
      connections.add(connection);
      connection.start();
      if (closing) {
        connection.closeFromAnyThread(StreamClose.GOING_AWAY, "the platform is stopping");
      }
    }

    /** It did not come. */
    public void leave() {
      vacate(client);
    }
  }

  private void vacate(StreamClient client) {
    synchronized (taken) {
      takenInAll--;
      taken.computeIfPresent(client.project(), (_, count) -> count == 1 ? null : count - 1);
    }
  }

  /** A connection is over. */
  void left(Connection connection) {
    if (connections.remove(connection)) {
      connection.subscriptions().values().forEach(Subscription::end);
      tailer.leave();
      vacate(connection.client());
    }
  }

  /** How many clients are connected. */
  public int count() {
    return connections.size();
  }

  /** Closes the connections of that credential. */
  public void credentialEnded(String credential) {
    close(
        client -> client.credential().equals(credential),
        StreamClose.CREDENTIAL_ENDED,
        "the credential was deleted or has ended; connect with another one");
  }

  /** Closes the connections of that project. */
  public void projectDeleted(ProjectId project) {
    close(
        client -> client.project().equals(project),
        StreamClose.CREDENTIAL_ENDED,
        "the project was deleted");
  }

  private void close(Predicate<StreamClient> whose, StreamClose code, String reason) {
    for (Connection connection : connections) {
      if (whose.test(connection.client())) {
        connection.closeFromAnyThread(code, reason);
      }
    }
  }

  /** Handles a request; virtual thread, one at a time per connection. */
  void handle(Connection connection, String text) {
    Request.Id id = Request.Id.NONE;
    try {
      var frame = RequestReader.object(text);
      id = RequestReader.id(frame);
      switch (reader.read(frame)) {
        case Request.Subscribe subscribe -> subscribe(connection, subscribe);
        case Request.Unsubscribe unsubscribe -> unsubscribe(connection, unsubscribe);
        case Request.Open open -> connection.channels().open(open);
        case Request.Credit credit -> connection.channels().credit(credit);
        case Request.Control control -> connection.channels().control(control);
        case Request.Close close -> connection.channels().close(close);
        case Request.Ping _ -> connection.send(Frames.pong(id, clock.instant()));
      }
    } catch (StreamException e) {
      connection.send(Frames.error(id, e));
    } catch (JournalException e) {
      LOG.atWarn().setCause(e).log("The journal does not serve");
      connection.send(
          Frames.error(
              id,
              new StreamException(
                  "unavailable", "The platform can't reach its messages now. Try again.")));
    } catch (RuntimeException | StackOverflowError e) {
      LOG.atError().setCause(e).log("A request of a stream failed");
      connection.send(
          Frames.error(
              id, new StreamException("internal_error", "Something went wrong on our side.")));
    }
  }

  private void subscribe(Connection connection, Request.Subscribe request) {
    if (connection.subscriptions().containsKey(request.subscription())) {
      throw new StreamException(
          "subscription_exists",
          "This connection has a subscription of that name: unsubscribe it, or take another name.");
    }
    if (connection.subscriptions().size() >= limits.subscriptions()) {
      throw new StreamException(
          "too_many_subscriptions",
          "A connection may have " + limits.subscriptions() + " subscriptions: end one first.");
    }
    Cursor start = start(connection.client().project(), request.from());
    Subscription subscription =
        new Subscription(connection, request.subscription(), request.selection(), start);
    connection.subscriptions().put(subscription.name(), subscription);
    if (connection.isClosed()) {
      subscription.end();
      return;
    }
    connection.send(Frames.subscribed(request.id(), subscription.name(), start));
    if (request.from() instanceof From.Now) {
      follow(subscription);
    } else {
      replay(subscription);
    }
  }

  private Cursor start(ProjectId project, From from) {
    return switch (from) {
      case From.Now() -> journal.head();
      case From.Behind(Cursor cursor) -> {
        try {
          yield journal.earlier(cursor, cursor);
        } catch (IllegalArgumentException e) {
          throw new StreamException("bad_cursor", e.getMessage() + ".");
        }
      }
      case From.Moment(var instant) -> journal.before(project, instant);
    };
  }

  private void unsubscribe(Connection connection, Request.Unsubscribe request) {
    Subscription subscription = connection.subscriptions().get(request.subscription());
    if (subscription == null) {
      throw new StreamException(
          "unknown_subscription", "This connection has no subscription of that name.");
    }
    subscription.end();
    connection.forget(subscription);
    connection.send(Frames.unsubscribed(request.id(), subscription.name()));
    tailer.leave();
  }

  /** Sends everybody away and takes nobody any more. */
  @Override
  public void close() {
    closing = true;
    close(_ -> true, StreamClose.GOING_AWAY, "the platform is restarting");
    tailer.close();
  }

  Vertx vertx() {
    return vertx;
  }

  Executor blocking() {
    return blocking;
  }

  InstantSource clock() {
    return clock;
  }

  StreamLimits limits() {
    return limits;
  }
}
