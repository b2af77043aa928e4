package com.iottly.agent.link;

import com.iottly.agent.channel.Channels;
import com.iottly.agent.clock.DeviceClock;
import com.iottly.agent.log.Log;
import com.iottly.agent.spool.Greeting;
import com.iottly.agent.spool.Resume;
import com.iottly.agent.spool.Spool;
import com.iottly.wire.CloseCode;
import com.iottly.wire.Frame;
import com.iottly.wire.Frame.Kind;
import com.iottly.wire.FrameCodec;
import com.iottly.wire.WireException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import okhttp3.OkHttpClient;
import okio.ByteString;

/**
 * The connection to the platform, kept up for as long as the agent runs.
 *
 * <pre>
 * state       event                        next        on the way
 * Waiting     the pause is over            Connecting  handshake with the token
 * Connecting  101                          Greeting    HELLO
 *             anything else, or too late   Waiting     503: Retry-After · 400, 401: longest · usual
 * Greeting    WELCOME                      Live        drop what the platform has, go on behind it
 *             WELCOME beyond the spool     Waiting     new epoch, usual pause
 *             anything else, or too late   Waiting     usual
 * Live        ACK, COMMAND, PONG, channels Live        see {@link Conversation}
 *             nothing for two heartbeats,  Waiting     close 4408, usual
 *             or no answer after a sleep
 *             closed or lost               Waiting     by close code: 4400, 4409, 4413, 4429 longest,
 *                                                      4401 rarely, all others usual
 * any         close()                      Stopped     close 1001
 * </pre>
 *
 * <p>The usual pause is exponential with full jitter and starts over once a connection has lived
 * for a heartbeat. {@link #configure} changes how the link behaves without touching the connection.
 */
public final class Link implements AutoCloseable {

  private static final int MAX_EVENTS = 256;
  private static final int MAX_COMMAND_BYTES = 1024 * 1024;

  /** How often to look whether the machine slept. */
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** What was configured last. */
  private record Setup(LinkSettings settings, OkHttpClient client) {}

  private final Spool spool;
  private final DeviceClock clock;
  private final Self self;
  private final Consumer<Frame.Command> commands;
  private final Channels channels;
  private final Runnable alive;
  private final Log log;
  private final Backoff backoff;
  private final FrameCodec codec = new FrameCodec(MAX_COMMAND_BYTES);
  private final BlockingQueue<Event> events = new ArrayBlockingQueue<>(MAX_EVENTS);
  private final AtomicBoolean nudged = new AtomicBoolean();
  private final Outgoing outgoing;
  private final Heartbeat heartbeat;
  private final Thread thread;
  private volatile Setup wanted;
  private volatile boolean stopping;
  private volatile LinkStatus status;
  private final AtomicInteger superseded = new AtomicInteger();

  private Setup setup;
  private LinkSettings settings;
  private State state;

  /**
   * Starts the link; the first connection is tried at once.
   *
   * @param commands takes commands on the link's thread and must not wait
   * @param channels what the platform may open channels to
   * @param alive is run on the link's thread every few seconds, as long as that has not stalled
   * @param random for the jitter
   */
  public Link(
      LinkSettings settings,
      OkHttpClient client,
      Spool spool,
      DeviceClock clock,
      Self self,
      Consumer<Frame.Command> commands,
      Channels channels,
      Runnable alive,
      RandomGenerator random,
      Log log) {
    this.wanted = new Setup(settings, client);
    this.setup = wanted;
    this.settings = settings;
    this.spool = spool;
    this.clock = clock;
    this.self = self;
    this.commands = commands;
    this.channels = channels;
    this.alive = alive;
    this.log = log;
    this.backoff = new Backoff(settings.reconnectInterval(), settings.reconnectMax(), random);
    this.outgoing = new Outgoing(settings, spool, log);
    this.heartbeat = new Heartbeat(clock, settings, log);
    this.state = new State.Waiting(System.nanoTime());
    this.status = new LinkStatus("waiting", "", clock.millis(), 0);
    spool.onStored(this::stored);
    this.thread = Thread.ofPlatform().name("iottly-link").start(this::run);
  }

  /** How the link is. Any thread. */
  public LinkStatus status() {
    return status;
  }

  /** How often another connection of this device has taken over, since the start. Any thread. */
  public int superseded() {
    return superseded.get();
  }

  /**
   * From now on behaves like this; the connection stays. What belongs to the handshake (endpoint,
   * token, the client's certificates and proxies) counts from the next connection on. Any thread.
   */
  public void configure(LinkSettings changed, OkHttpClient client) {
    wanted = new Setup(changed, client);
    nudge();
  }

  private void takeSetup() {
    Setup latest = wanted;
    if (!latest.equals(setup)) {
      setup = latest;
      settings = latest.settings();
      backoff.bounds(settings.reconnectInterval(), settings.reconnectMax());
      outgoing.configure(settings);
      heartbeat.configure(settings);
    }
  }

  private void stored(Kind kind) {
    outgoing.stored(kind);
    nudge();
  }

  private void nudge() {
    if (nudged.compareAndSet(false, true) && !events.offer(new Event.Nudged())) {
      nudged.set(false);
    }
  }

  private void run() {
    while (!(state instanceof State.Stopped)) {
      try {
        long wait = Math.min(untilDeadline(), LOOK_NANOS);
        Event event = events.poll(wait, TimeUnit.NANOSECONDS);
        takeSetup();
        if (event != null) {
          on(event);
        }
        tick();
        alive.run();
      } catch (InterruptedException e) {
        stopping = true;
      } catch (WireException e) {
        closeBecause(e.closeCode(), e.getMessage());
      } catch (RuntimeException e) {
        log.error("the link", e);
        closeBecause(CloseCode.GOING_AWAY, "the agent starts over");
      }
    }
  }

  private long untilDeadline() {
    long now = System.nanoTime();
    return switch (state) {
      case State.Waiting(long until) -> until - now;
      case State.Connecting connecting -> connecting.deadline() - now;
      case State.Greeting greeting -> greeting.deadline() - now;
      case State.Live live -> live.conversation().idleFor(now);
      case State.Stopped _ -> 0;
    };
  }

  private void on(Event event) {
    switch (event) {
      case Event.Nudged _ -> nudged.set(false);
      case Event.Opened(Connection connection) -> {
        if (state instanceof State.Connecting now && now.connection() == connection) {
          greet(connection);
        }
      }
      case Event.Received(Connection connection, ByteString bytes) -> {
        if (isCurrent(connection)) {
          heartbeat.heard(System.nanoTime());
          received(codec.decode(bytes.toByteArray()));
        }
      }
      case Event.ReceivedText(Connection connection) -> {
        if (isCurrent(connection)) {
          throw new WireException(CloseCode.BAD_FRAME, "text messages are not spoken here");
        }
      }
      case Event.Closed(Connection connection, int code, String reason) -> {
        if (isCurrent(connection)) {
          closed(code, reason);
        }
      }
      case Event.Failed failed -> {
        if (isCurrent(failed.connection())) {
          failed(failed);
        }
      }
    }
  }

  private boolean isCurrent(Connection connection) {
    return state.connection() == connection;
  }

  private void tick() {
    long now = System.nanoTime();
    if (stopping) {
      stop();
      return;
    }
    boolean slept = heartbeat.sleptSince(now);
    switch (state) {
      case State.Waiting(long until) when slept || now - until >= 0 -> connect();
      case State.Waiting _, State.Stopped _ -> {}
      case State.Connecting connecting when now - connecting.deadline() >= 0 -> {
        connecting.connection().cancel();
        pause(backoff.next(), "the handshake took longer than " + seconds());
      }
      case State.Connecting _ -> {}
      case State.Greeting greeting when now - greeting.deadline() >= 0 ->
          closeBecause(CloseCode.SILENT, "no WELCOME within " + seconds());
      case State.Greeting _ -> {}
      case State.Live live -> live(live, now, slept);
    }
  }

  private String seconds() {
    return settings.answerTimeout().toSeconds() + " s";
  }

  private void live(State.Live live, long now, boolean slept) {
    if (heartbeat.isSilent(now)) {
      closeBecause(CloseCode.SILENT, "the platform fell silent");
      return;
    }
    if (slept) {
      log.info("the machine slept or its clock was set; asking whether the connection still lives");
      heartbeat.doubt(live.connection(), now);
    }
    if (now - live.since() >= settings.heartbeat().toNanos()) {
      backoff.reset();
    }
    live.conversation().pump(now);
  }

  private void connect() {
    long deadline = System.nanoTime() + settings.answerTimeout().toNanos();
    String userAgent = "iottly-agent/" + self.version();
    Connection connection = Connection.open(setup.client(), settings, userAgent, events);
    enter(new State.Connecting(connection, deadline), "connecting", "");
  }

  private void greet(Connection connection) {
    Greeting greeting = spool.greeting().join();
    long helloAt = System.nanoTime();
    long helloClock = clock.millis();
    connection.send(
        new Frame.Hello(
            greeting.epoch(),
            greeting.next(),
            helloClock,
            clock.trusted(),
            heartbeat.announce(),
            self.version(),
            self.info(channels.names())));
    long deadline = helloAt + settings.answerTimeout().toNanos();
    enter(new State.Greeting(connection, deadline, helloAt, helloClock), "greeting", "");
  }

  private void received(Frame frame) {
    switch (state) {
      case State.Greeting greeting when frame instanceof Frame.Welcome welcome ->
          welcome(greeting, welcome);
      case State.Live live -> receivedLive(live, frame);
      default ->
          throw new WireException(
              CloseCode.BAD_FRAME, frame.getClass().getSimpleName() + " before WELCOME");
    }
  }

  private void welcome(State.Greeting greeting, Frame.Welcome welcome) {
    Session.checkLimits(welcome);
    long now = System.nanoTime();
    heartbeat.observe(welcome.serverTime(), greeting.helloClock(), now - greeting.helloAt());
    spool.limitPayload(welcome.maxPayloadBytes());
    switch (spool.resume(welcome.received()).join()) {
      case Resume.Renewed(var epoch) -> {
        greeting.connection().close(CloseCode.GOING_AWAY.code(), "the spool has a new epoch");
        outgoing.forgetRefusals();
        pause(backoff.next(), "the spool has the new epoch " + epoch);
      }
      case Resume.From(long sequence) -> {
        heartbeat.begin(now);
        var conversation =
            new Conversation(
                greeting.connection(),
                outgoing.begin(welcome, sequence),
                channels.connect(this::nudge),
                outgoing,
                heartbeat,
                spool,
                commands);
        enter(new State.Live(conversation, now), "connected", "");
        log.info("connected to " + settings.endpoint() + ", going on at sequence " + sequence);
      }
    }
  }

  private void receivedLive(State.Live live, Frame frame) {
    if (live.conversation().received(frame)) {
      status =
          new LinkStatus(status.state(), status.detail(), status.sinceMillis(), clock.millis());
    }
  }

  private void closed(int number, String reason) {
    CloseCode code = CloseCode.of(number).orElse(CloseCode.GOING_AWAY);
    switch (code) {
      case BAD_FRAME, TOO_LARGE -> {
        if (state instanceof State.Live live) {
          live.conversation().refused(reason);
        }
      }
      case SUPERSEDED -> {
        log.error(
            "another process uses this device's token and took over the connection, for the %d. time since the start; two machines must not share one token: run `iottly-agent provision` on one of them"
                .formatted(superseded.incrementAndGet()));
      }
      case TOKEN_REJECTED ->
          log.error("the platform rejects the token; run `iottly-agent provision` again");
      case GOING_AWAY, BAD_SEQUENCE, SILENT, WINDOW_EXCEEDED, BAD_CHANNEL, STORE_UNAVAILABLE -> {}
    }
    pause(
        backoff.after(code),
        "the platform closed with " + number + (reason.isEmpty() ? "" : ": " + reason));
  }

  private void failed(Event.Failed failed) {
    if (failed.status() == 401) {
      log.error("the platform rejects the token; run `iottly-agent provision` again");
    }
    pause(backoff.after(failed.status(), failed.retryAfter()), failed.reason());
  }

  /** Closes the connection for a reason of ours. */
  private void closeBecause(CloseCode code, String reason) {
    switch (state) {
      case State.Connecting now -> now.connection().cancel();
      case State.Greeting now -> now.connection().close(code.code(), reason);
      case State.Live now -> now.connection().close(code.code(), reason);
      case State.Waiting _, State.Stopped _ -> {}
    }
    pause(backoff.after(code), reason);
  }

  private void pause(Duration wait, String why) {
    log.warn("not connected: %s; next try in %d ms".formatted(why, wait.toMillis()));
    enter(new State.Waiting(System.nanoTime() + wait.toNanos()), "waiting", why);
  }

  private void enter(State next, String name, String detail) {
    if (state instanceof State.Live live) {
      live.conversation().end();
    }
    state = next;
    status = new LinkStatus(name, detail, clock.millis(), status.lastAckMillis());
  }

  private void stop() {
    switch (state) {
      case State.Connecting now -> now.connection().cancel();
      case State.Greeting now -> now.connection().leave("the agent stops");
      case State.Live now -> now.conversation().leave("the agent stops");
      case State.Waiting _, State.Stopped _ -> {}
    }
    enter(new State.Stopped(), "stopped", "");
  }

  /** Sends what can be sent, says goodbye, and ends the thread. */
  @Override
  public void close() {
    stopping = true;
    nudge();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
