package com.iottly.agent.remote.shell;

import com.iottly.agent.log.Log;
import com.iottly.agent.remote.Arguments;
import com.iottly.agent.remote.Channel;
import com.iottly.agent.remote.RefusedException;
import com.iottly.agent.remote.Session;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One channel through which a terminal is seen. A thread of its own sends the output. */
final class ShellView implements Session, Terminal.Viewer {

  private static final int CHUNK = 16 * 1024;
  private static final Map<String, Integer> SIGNALS =
      Map.of("HUP", 1, "INT", 2, "QUIT", 3, "KILL", 9, "TERM", 15, "CONT", 18, "TSTP", 20);

  private final Terminal terminal;
  private final Channel channel;
  private final Log log;
  private final Thread sender;
  private volatile @Nullable String over;

  /**
   * @param position the first byte of the output that the client does not have
   */
  ShellView(Terminal terminal, Channel channel, long position, Log log) {
    this.terminal = terminal;
    this.channel = channel;
    this.log = log;
    this.sender = Thread.ofPlatform().name("iottly-shell-output").unstarted(() -> send(position));
  }

  void start() {
    terminal.attach(this);
    sender.start();
  }

  private void send(long position) {
    try {
      long at = position;
      byte[] chunk = terminal.output().next(at, CHUNK, () -> over == null);
      while (chunk != null && channel.data(chunk)) {
        at += chunk.length;
        terminal.wake();
        chunk = terminal.output().next(at, CHUNK, () -> over == null);
      }
      Terminal.Ended ended = terminal.ended();
      if (over != null) {
        channel.end(over, Map.of());
      } else if (chunk == null && ended != null) {
        channel.end(ended.code(), Map.of("exit", ended.exit()));
        terminal.forget();
      }
    } catch (InterruptedException e) {
      log.debug("a shell's channel is gone");
    } finally {
      terminal.detach(this);
    }
  }

  @Override
  public void data(byte[] bytes) throws InterruptedException {
    terminal.type(bytes);
  }

  @Override
  public void control(Map<String, @Nullable Object> control) {
    try {
      if (control.get("resize") instanceof Map<?, ?> size) {
        var arguments = Arguments.of(size);
        terminal.resize(Shells.columns(arguments), Shells.rows(arguments));
      } else if (control.get("signal") instanceof String name && SIGNALS.containsKey(name)) {
        terminal.signal(SIGNALS.get(name));
      } else {
        throw new RefusedException(
            "bad_control", "a shell takes resize (columns, rows) and signal " + SIGNALS.keySet());
      }
    } catch (RefusedException e) {
      channel.control(Map.of("refused", e.code(), "error", String.valueOf(e.getMessage())));
    } catch (IOException e) {
      log.warn("a shell's terminal can't be changed: " + e.getMessage());
    }
  }

  @Override
  public void superseded() {
    over = "resumed_elsewhere";
  }

  @Override
  public void closed(boolean byClient) {
    if (byClient) {
      terminal.forget();
      terminal.end("closed");
    }
    over = "closed";
    sender.interrupt();
    terminal.detach(this);
  }
}
