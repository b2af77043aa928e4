package com.iottly.agent.remote.shell;

import com.iottly.agent.channel.Channel;
import com.iottly.agent.channel.Ending;
import com.iottly.agent.channel.RefusedException;
import com.iottly.agent.channel.Session;
import com.iottly.agent.log.Log;
import com.iottly.agent.remote.policy.Arguments;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One channel through which a terminal is seen. A thread of its own sends the output. */
final class ShellView implements Session, Terminal.Viewer {

  private static final int CHUNK = 16 * 1024;
  private static final Map<String, Integer> SIGNALS =
      new TreeMap<>(
          Map.of("HUP", 1, "INT", 2, "QUIT", 3, "KILL", 9, "TERM", 15, "CONT", 18, "TSTP", 20));

  private final Terminal terminal;
  private final Channel channel;
  private final Log log;
  private final long position;
  private final Thread sender;
  private volatile @Nullable String over;

  private ShellView(Terminal terminal, Channel channel, long position, Log log) {
    this.terminal = terminal;
    this.channel = channel;
    this.position = position;
    this.log = log;
    this.sender = Thread.ofPlatform().name("iottly-shell-output").daemon().unstarted(this::send);
  }

  /**
   * Shows the output from a position on.
   *
   * @param position the first byte that the client does not have
   */
  static ShellView start(Terminal terminal, Channel channel, long position, Log log) {
    var view = new ShellView(terminal, channel, position, log);
    terminal.attach(view);
    view.sender.start();
    return view;
  }

  private void send() {
    try {
      long at = position;
      byte[] chunk = terminal.output().next(at, CHUNK, () -> over == null);
      while (chunk != null) {
        channel.data(chunk);
        at += chunk.length;
        terminal.wake();
        chunk = terminal.output().next(at, CHUNK, () -> over == null);
      }
      Terminal.Ended ended = terminal.ended();
      if (over != null) {
        channel.end(over, Map.of("error", "Another client resumed this shell."));
      } else if (ended != null) {
        channel.end(ended.code(), Map.of("exit", ended.exit()));
        terminal.forget();
      }
    } catch (ClosedChannelException | InterruptedException e) {
      log.debug("the shell %s lost its channel".formatted(terminal.id()));
    } finally {
      terminal.detach(this);
    }
  }

  @Override
  public Map<String, @Nullable Object> info() {
    return Map.of(
        "session", terminal.id(),
        "position", position,
        "grace", terminal.grace().toSeconds(),
        "user", System.getProperty("user.name"));
  }

  @Override
  public void data(byte[] bytes) throws InterruptedException {
    terminal.type(bytes);
  }

  @Override
  public void control(Map<String, @Nullable Object> control) throws RefusedException, IOException {
    if (control.get("resize") instanceof Map<?, ?> size) {
      var arguments = Arguments.of(size);
      terminal.resize(Shells.columns(arguments), Shells.rows(arguments));
    } else if (control.get("signal") instanceof String name && SIGNALS.containsKey(name)) {
      terminal.signal(SIGNALS.get(name));
    } else {
      throw new RefusedException(
          "bad_control",
          "a shell takes {\"resize\": {\"columns\": …, \"rows\": …}} and {\"signal\": …} with one of "
              + String.join(", ", SIGNALS.keySet()));
    }
  }

  @Override
  public void superseded() {
    over = "resumed_elsewhere";
  }

  @Override
  public void closed(Ending ending) {
    if (ending == Ending.THERE) {
      terminal.forget();
      terminal.end("closed");
    }
    terminal.detach(this);
    sender.interrupt();
  }
}
