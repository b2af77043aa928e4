package com.iottly.agent.remote.shell;

import com.iottly.agent.channel.Channel;
import com.iottly.agent.channel.Priority;
import com.iottly.agent.channel.RefusedException;
import com.iottly.agent.channel.Service;
import com.iottly.agent.channel.Session;
import com.iottly.agent.config.RemoteConfig;
import com.iottly.agent.log.Log;
import com.iottly.agent.remote.policy.Arguments;
import com.iottly.agent.remote.policy.Seats;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Shells of the agent's own user. A shell whose connection broke goes on for the grace time, and a
 * client that has its session id finds it again with {@code resume}.
 */
public final class Shells implements Service, AutoCloseable {

  /** What the service is called. */
  public static final String NAME = "shell";

  private static final int SESSION_BYTES = 16;
  private static final String TERMINAL_TYPE = "[A-Za-z0-9._+-]{1,64}";

  private final Map<String, String> environment;
  private final SecureRandom random;
  private final LongSupplier nanoTime;
  private final Log log;

  private final Seats<Seat> seats = new Seats<>("[remote] shell_sessions");
  private volatile RemoteConfig.Shell config;

  /** A session, whose terminal may still be on its way. */
  private static final class Seat {
    final String session;
    final String owner;
    volatile @Nullable Terminal terminal;

    Seat(String session, String owner) {
      this.session = session;
      this.owner = owner;
    }
  }

  /**
   * @param environment the agent's, for the home and the language
   */
  public Shells(
      RemoteConfig.Shell config,
      Map<String, String> environment,
      SecureRandom random,
      LongSupplier nanoTime,
      Log log) {
    this.config = config;
    this.environment = Map.copyOf(environment);
    this.random = random;
    this.nanoTime = nanoTime;
    this.log = log;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Priority priority() {
    return Priority.INTERACTIVE;
  }

  /** Changes the limits for shells to come; switching them off ends those that are open. */
  public void configure(RemoteConfig.Shell changed) {
    config = changed;
    if (!changed.enabled()) {
      terminals().forEach(terminal -> terminal.end("disabled"));
    }
  }

  @Override
  public Session open(Map<String, @Nullable Object> members, Channel channel)
      throws RefusedException, IOException {
    var arguments = new Arguments(members);
    return arguments.has("resume") ? resume(arguments, channel) : begin(arguments, channel);
  }

  private Session begin(Arguments arguments, Channel channel) throws RefusedException, IOException {
    int columns = columns(arguments);
    int rows = rows(arguments);
    String type = arguments.text("term", "xterm-256color");
    if (!type.matches(TERMINAL_TYPE)) {
      throw arguments.bad("term", "the name of a terminal type, such as xterm-256color");
    }
    RemoteConfig.Shell limits = config;
    Seat seat = new Seat(newSession(), arguments.by());
    seats.take(seat, limits.sessions());
    Terminal terminal = null;
    try {
      terminal =
          Terminal.start(
              seat.session,
              new Terminal.Look(columns, rows, type),
              limits,
              environment,
              nanoTime,
              log,
              () -> seats.leave(seat));
      seat.terminal = terminal;
    } finally {
      if (terminal == null) {
        seats.leave(seat);
      }
    }
    log.info(
        "%s opened the shell %s, process %d".formatted(seat.owner, seat.session, terminal.pid()));
    if (!config.enabled()) {
      terminal.end("disabled");
    }
    return ShellView.start(terminal, channel, 0, log);
  }

  private Session resume(Arguments arguments, Channel channel)
      throws RefusedException, IOException {
    Terminal terminal = find(arguments.text("resume"), arguments.by());
    Output output = terminal.output();
    long received = arguments.number("received", 0, 0, output.written());
    if (arguments.has("columns") || arguments.has("rows")) {
      terminal.resize(columns(arguments), rows(arguments));
    }
    log.info("the shell %s was resumed".formatted(terminal.id()));
    return ShellView.start(terminal, channel, Math.max(received, output.oldest()), log);
  }

  static int columns(Arguments arguments) throws RefusedException {
    return (int) arguments.number("columns", 80, 1, 1000);
  }

  static int rows(Arguments arguments) throws RefusedException {
    return (int) arguments.number("rows", 24, 1, 1000);
  }

  private String newSession() {
    byte[] id = new byte[SESSION_BYTES];
    random.nextBytes(id);
    return HexFormat.of().formatHex(id);
  }

  private Stream<Terminal> terminals() {
    return seats.all().stream().map(seat -> seat.terminal).filter(Objects::nonNull);
  }

  private Terminal find(String session, String owner) throws RefusedException {
    for (Seat seat : seats.all()) {
      Terminal terminal = seat.terminal;
      if (terminal != null && seat.session.equals(session) && seat.owner.equals(owner)) {
        return terminal;
      }
    }
    throw new RefusedException(
        "unknown_session",
        "you have no such shell any more: it ended, or nobody came back to it within %d s"
            .formatted(config.grace().toSeconds()));
  }

  /** Ends every shell and waits until its processes are gone. */
  @Override
  public void close() {
    List<Terminal> open = terminals().toList();
    open.forEach(terminal -> terminal.end("agent_stopped"));
    open.forEach(Terminal::forget);
    try {
      for (Terminal terminal : open) {
        terminal.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
