package com.iottly.bench;

import java.io.Console;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A bar on the terminal, or a line per tenth when the output is no terminal. Any thread. */
final class Progress {

  private static final int WIDTH = 40;
  private static final long REDRAW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final String title;
  private final long total;
  private final boolean terminal =
      Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
  private long drawnNanos;
  private long tenth;

  Progress(String title, long total) {
    this.title = title;
    this.total = Math.max(1, total);
  }

  synchronized void at(long count) {
    long now = System.nanoTime();
    if (terminal) {
      if (now - drawnNanos > REDRAW_NANOS || count >= total) {
        drawnNanos = now;
        System.err.print("\r" + line(count));
      }
    } else if (count * 10 / total > tenth) {
      tenth = count * 10 / total;
      System.err.println(line(count));
    }
  }

  synchronized void done() {
    if (terminal) {
      System.err.println("\r" + line(total));
    }
  }

  String line(long count) {
    int filled = (int) (Math.min(count, total) * WIDTH / total);
    return "%-20s [%s%s] %,d of %,d"
        .formatted(title, "#".repeat(filled), ".".repeat(WIDTH - filled), count, total);
  }
}
