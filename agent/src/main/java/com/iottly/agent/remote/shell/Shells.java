package com.iottly.agent.remote.shell;

import com.iottly.agent.config.RemoteConfig;
import com.iottly.agent.log.Log;
import com.iottly.agent.remote.Arguments;
import com.iottly.agent.remote.Channel;
import com.iottly.agent.remote.RefusedException;
import com.iottly.agent.remote.Service;
import com.iottly.agent.remote.Session;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Shells of the agent's own user. A shell whose connection broke goes on for the grace time, and a
 * client that has its session id finds it again with {@code resume}.
 */
public final class Shells implements Service {

  /** What the service is called. */
  public static final String NAME = "shell";

  private static final int SESSION_BYTES = 16;
  private static final String TERMINAL_TYPE = "[A-Za-z0-9._+-]{1,64}";

  private final Map<String, String> environment;
  private final SecureRandom random;
  private final LongSupplier nanoTime;
  private final Log log;

  /** Under the monitor; a session that is being started has no terminal yet. */
  private final Map<String, Optional<Terminal>> sessions = new LinkedHashMap<>();

  private RemoteConfig.Shell config;

  /**
   * @param environment the agent's, for the language
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
    List<Terminal> open;
    synchronized (this) {
      config = changed;
      open = terminals();
    }
    if (!changed.enabled()) {
      open.forEach(terminal -> terminal.end("disabled"));
    }
  }

  @Override
  public Session open(Map<String, @Nullable Object> members, Channel channel)
      throws RefusedException {
    var arguments = new Arguments(members);
    return arguments.has("resume") ? resume(arguments, channel) : begin(arguments, channel);
  }

  private Session begin(Arguments arguments, Channel channel) throws RefusedException {
    int columns = columns(arguments);
    int rows = rows(arguments);
    String type = arguments.text("term", "xterm-256color");
    if (!type.matches(TERMINAL_TYPE)) {
      throw arguments.bad("term", "the name of a terminal type, such as xterm-256color");
    }
    String id = newSession();
    Terminal terminal = null;
    try {
      terminal =
          Terminal.start(
              id, columns, rows, type, limits(), environment, nanoTime, log, () -> remove(id));
    } catch (IOException e) {
      throw new RefusedException("failed", "no shell can be started: " + e.getMessage());
    } finally {
      settle(id, terminal);
    }
    log.info("a shell was opened, session %s, process %d".formatted(id, terminal.pid()));
    return view(terminal, channel, 0);
  }

  private Session resume(Arguments arguments, Channel channel) throws RefusedException {
    Terminal terminal = find(arguments.text("resume"));
    Output output = terminal.output();
    long received = arguments.number("received", 0, 0, output.written());
    if (arguments.has("columns") || arguments.has("rows")) {
      try {
        terminal.resize(columns(arguments), rows(arguments));
      } catch (IOException e) {
        log.warn("a shell's terminal can't be resized: " + e.getMessage());
      }
    }
    log.info("the shell %s was resumed".formatted(terminal.id()));
    return view(terminal, channel, Math.max(received, output.oldest()));
  }

  private Session view(Terminal terminal, Channel channel, long position) {
    channel.opened(
        Map.of(
            "session", terminal.id(),
            "position", position,
            "user", System.getProperty("user.name"),
            "grace_seconds", limits().grace().toSeconds()));
    var view = new ShellView(terminal, channel, position, log);
    view.start();
    return view;
  }

  static int columns(Arguments arguments) throws RefusedException {
    return (int) arguments.number("columns", 80, 1, 1000);
  }

  static int rows(Arguments arguments) throws RefusedException {
    return (int) arguments.number("rows", 24, 1, 1000);
  }

  private synchronized RemoteConfig.Shell limits() {
    return config;
  }

  private synchronized List<Terminal> terminals() {
    return sessions.values().stream().flatMap(Optional::stream).toList();
  }

  private synchronized String newSession() throws RefusedException {
    if (!config.enabled()) {
      throw RefusedException.disabled(NAME);
    }
    if (sessions.size() >= config.sessions()) {
      throw RefusedException.tooMany("shells", sessions.size(), "[remote] shell_sessions");
    }
    byte[] id = new byte[SESSION_BYTES];
    random.nextBytes(id);
    String name = HexFormat.of().formatHex(id);
    sessions.put(name, Optional.empty());
    return name;
  }

  /** Takes note of what became of a session that was being started. */
  private synchronized void settle(String id, @Nullable Terminal terminal) {
    if (terminal == null) {
      sessions.remove(id);
    } else if (sessions.replace(id, Optional.of(terminal)) == null || !config.enabled()) {
      sessions.remove(id);
      terminal.end("disabled");
    }
  }

  private synchronized void remove(String id) {
    sessions.remove(id);
  }

  private synchronized Terminal find(String id) throws RefusedException {
    return sessions
        .getOrDefault(id, Optional.empty())
        .orElseThrow(() ->
            new RefusedException(
                "unknown_session",
                "there is no such shell any more: it ended, or nobody came back to it within "
                    + config.grace().toSeconds()
                    + " s"));
  }

  /** Ends every shell and waits until its processes are gone. */
  public void close() throws InterruptedException {
    List<Terminal> open = new ArrayList<>(terminals());
    open.forEach(terminal -> terminal.end("agent_stopped"));
    open.forEach(Terminal::forget);
    for (Terminal terminal : open) {
      terminal.join();
    }
  }
}
