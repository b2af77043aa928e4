package com.iottly.cli;

import java.time.InstantSource;
import java.util.Locale;

/** How far a copy is, on one line of a terminal that is written anew. One thread. */
final class Progress {

  private static final long PAUSE_MILLIS = 200;
  private static final int WIDTH = 24;

  private final Surroundings surroundings;
  private final InstantSource clock;
  private final long size;
  private final long began;
  private final long first;
  private long shown;

  /**
   * @param first how much was there before
   */
  Progress(Surroundings surroundings, long first, long size) {
    this.surroundings = surroundings;
    this.clock = surroundings.clock();
    this.size = size;
    this.first = first;
    this.began = clock.millis();
  }

  /** So many bytes are there. */
  void at(long bytes) {
    long now = clock.millis();
    if (surroundings.colours() && (now - shown >= PAUSE_MILLIS || bytes == size)) {
      shown = now;
      int full = size == 0 ? WIDTH : (int) (WIDTH * bytes / size);
      double perSecond = (bytes - first) * 1000.0 / Math.max(1, now - began);
      String line =
          "\r[%s%s] %3d %%  %s of %s  %s/s   "
              .formatted(
                  "#".repeat(full),
                  " ".repeat(WIDTH - full),
                  size == 0 ? 100 : 100 * bytes / size,
                  amount(bytes),
                  amount(size),
                  amount((long) perSecond));
      surroundings.err().print(line);
      surroundings.err().flush();
    }
  }

  void end() {
    if (surroundings.colours()) {
      surroundings.err().println();
    }
  }

  static String amount(long bytes) {
    return bytes < 1_000_000
        ? String.format(Locale.ROOT, "%.1f kB", bytes / 1e3)
        : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }
}
