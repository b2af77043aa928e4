package com.iottly.agent.systemd;

import com.iottly.agent.log.Log;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The service manager, told how the agent is; nobody, when {@code NOTIFY_SOCKET} names none.
 *
 * <p>See sd_notify(3) and sd_watchdog_enabled(3) for the words.
 */
public final class Systemd {

  private final @Nullable NotifySocket socket;
  private final long pingNanos;
  private final LongSupplier nanoTime;
  private final Log log;
  private final AtomicBoolean complained = new AtomicBoolean();

  /** The time of the last ping; belongs to the thread that calls {@link #alive}. */
  private long pinged;

  private Systemd(
      @Nullable NotifySocket socket, Duration watchdog, LongSupplier nanoTime, Log log) {
    this.socket = socket;
    this.pingNanos = watchdog.toNanos() / 3;
    this.nanoTime = nanoTime;
    this.log = log;
    this.pinged = nanoTime.getAsLong() - pingNanos;
  }

  /**
   * The one that started this process, by {@code NOTIFY_SOCKET} and {@code WATCHDOG_USEC}.
   *
   * @param nanoTime monotonic, as {@link System#nanoTime} is
   */
  public static Systemd of(Map<String, String> environment, LongSupplier nanoTime, Log log) {
    String name = environment.getOrDefault("NOTIFY_SOCKET", "");
    try {
      return name.isEmpty()
          ? new Systemd(null, Duration.ZERO, nanoTime, log)
          : new Systemd(new NotifySocket(name), watchdog(environment), nanoTime, log);
    } catch (IOException e) {
      log.warn("systemd can't be told how the agent is: " + e.getMessage());
      return new Systemd(null, Duration.ZERO, nanoTime, log);
    }
  }

  private static Duration watchdog(Map<String, String> environment) {
    String micros = environment.getOrDefault("WATCHDOG_USEC", "");
    return micros.matches("[0-9]{1,15}")
        ? Duration.ofNanos(Long.parseLong(micros) * 1000)
        : Duration.ZERO;
  }

  /** Every room is open and at work. */
  public void ready() {
    tell("READY=1");
  }

  /** The configuration is being read again; {@link #ready} follows. */
  public void reloading() {
    tell("RELOADING=1\nMONOTONIC_USEC=" + nanoTime.getAsLong() / 1000);
  }

  /** The agent closes its rooms. */
  public void stopping() {
    tell("STOPPING=1");
  }

  /**
   * The thread that calls this has not stalled; called as often as it likes, from one thread alone,
   * and passed on when a third of the watchdog's time is over.
   */
  public void alive() {
    long now = nanoTime.getAsLong();
    if (pingNanos > 0 && now - pinged >= pingNanos) {
      pinged = now;
      tell("WATCHDOG=1");
    }
  }

  private void tell(String words) {
    if (socket != null && !socket.send(words) && complained.compareAndSet(false, true)) {
      log.warn("systemd did not take " + words.lines().findFirst().orElse(""));
    }
  }
}
