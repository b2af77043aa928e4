package com.iottly.agent.log;

import java.io.PrintStream;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The agent's log. Any thread; logging never waits for the disk. At most {@value #QUEUE} lines wait
 * to be written; a line has at most {@value #MAX_LINE} characters, and control characters in it are
 * replaced, so a line is always one line.
 */
public final class Log implements AutoCloseable {

  static final int QUEUE = 1024;
  static final int MAX_LINE = 4096;

  private static final String WAKE_UP = "";

  /** How much there is to say, from most to least. */
  public enum Level {
    DEBUG,
    INFO,
    WARN,
    ERROR
  }

  private final InstantSource clock;
  private final @Nullable PrintStream console;
  private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(QUEUE);
  private final AtomicInteger dropped = new AtomicInteger();
  private final Thread writer;
  private volatile Level level;
  private volatile @Nullable RotatingFile file;
  private volatile boolean closed;
  private volatile @Nullable Problem lastProblem;

  /** The log thread's. */
  private @Nullable RotatingFile current;

  /**
   * A log that writes to a file, a stream, or both.
   *
   * @param file where lines go, or null
   * @param console where lines go too, or null; it is also used while the file can't be written
   */
  public Log(
      Level level,
      InstantSource clock,
      @Nullable RotatingFile file,
      @Nullable PrintStream console) {
    this.level = level;
    this.clock = clock;
    this.file = file;
    this.console = console;
    this.writer = Thread.ofPlatform().name("iottly-log").daemon().start(this::write);
  }

  /** From now on says that much, to that file; the one before is closed. Any thread. */
  public void configure(Level newLevel, RotatingFile newFile) {
    level = newLevel;
    file = newFile;
  }

  /**
   * A warning or an error that was logged.
   *
   * @param at when
   */
  public record Problem(Instant at, String message) {}

  /** The last warning or error since the start, whatever the level is; null when there was none. */
  public @Nullable Problem lastProblem() {
    return lastProblem;
  }

  public void debug(String message) {
    add(Level.DEBUG, message);
  }

  public void info(String message) {
    add(Level.INFO, message);
  }

  public void warn(String message) {
    add(Level.WARN, message);
  }

  public void error(String message) {
    add(Level.ERROR, message);
  }

  /** An error with its cause, and with the trace at level {@code debug}. */
  public void error(String message, Throwable cause) {
    add(Level.ERROR, message + ": " + cause);
    if (level == Level.DEBUG) {
      for (StackTraceElement element : cause.getStackTrace()) {
        add(Level.DEBUG, "  at " + element);
      }
    }
  }

  private void add(Level lineLevel, String message) {
    if (lineLevel.compareTo(Level.WARN) >= 0) {
      lastProblem = new Problem(clock.instant().truncatedTo(ChronoUnit.MILLIS), clean(message));
    }
    if (lineLevel.compareTo(level) < 0 || closed) {
      return;
    }
    String line =
        clock.instant().truncatedTo(ChronoUnit.MILLIS)
            + " "
            + lineLevel.name().toLowerCase(Locale.ROOT)
            + " ["
            + Thread.currentThread().getName()
            + "] "
            + clean(message);
    if (!lines.offer(line)) {
      dropped.incrementAndGet();
    }
  }

  private static String clean(String message) {
    var clean = new StringBuilder(Math.min(message.length(), MAX_LINE));
    for (int i = 0; i < message.length() && i < MAX_LINE; i++) {
      char c = message.charAt(i);
      clean.append(Character.isISOControl(c) ? ' ' : c);
    }
    return clean.toString();
  }

  private void write() {
    List<String> batch = new ArrayList<>();
    while (!closed || !lines.isEmpty()) {
      try {
        batch.add(lines.take());
        lines.drainTo(batch);
        batch.removeIf(String::isEmpty);
      } catch (InterruptedException e) {
        closed = true;
      }
      int lost = dropped.getAndSet(0);
      if (lost > 0) {
        batch.add(clock.instant() + " warn [iottly-log] " + lost + " lines were dropped here");
      }
      if (!batch.isEmpty()) {
        deliver(batch);
        batch.clear();
      }
    }
  }

  private void deliver(List<String> batch) {
    RotatingFile target = file;
    if (current != null && current != target) {
      current.close();
    }
    current = target;
    boolean written = target != null && target.append(batch);
    PrintStream fallback = console != null ? console : System.err;
    if (console != null || !written) {
      batch.forEach(fallback::println);
      fallback.flush();
    }
  }

  /** Writes what waits and ends the thread. */
  @Override
  public void close() {
    closed = true;
    boolean idle = lines.offer(WAKE_UP);
    try {
      writer.join(idle ? 2000 : 5000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (current != null) {
      current.close();
    }
  }
}
