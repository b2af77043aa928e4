package com.iottly.agent.log;

import com.iottly.agent.log.Log.Level;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Reads what the log wrote, from its file and the older ones it was rotated to. One thread. */
public final class LogReader {

  private static final Duration LOOK = Duration.ofMillis(200);

  private final Path file;
  private final Level least;

  /**
   * A reader of the lines at or above a level.
   *
   * @param file the file that is written now
   */
  public LogReader(Path file, Level least) {
    this.file = file;
    this.least = least;
  }

  /** The last lines, oldest first. */
  public List<String> last(int count) throws IOException {
    try (GrowingFile current = new GrowingFile(file)) {
      return last(count, current);
    }
  }

  private List<String> last(int count, GrowingFile current) throws IOException {
    Deque<String> lines = new ArrayDeque<>();
    Consumer<String> keep =
        line -> {
          if (passes(line)) {
            lines.add(line);
          }
          if (lines.size() > count) {
            lines.remove();
          }
        };
    for (int n = RotatingFile.DEFAULT_KEEP; n >= 1; n--) {
      try (GrowingFile older = new GrowingFile(RotatingFile.numbered(file, n))) {
        if (!older.isSameAs(current)) {
          older.read(keep);
        }
      }
    }
    current.read(keep);
    return List.copyOf(lines);
  }

  private boolean passes(String line) {
    return passes(line, least);
  }

  /**
   * Whether a line of the log is of that level or above. Lines without a level, which others wrote
   * into the file, are.
   */
  public static boolean passes(String line, Level least) {
    String[] words = line.split(" ", 3);
    String second = words.length < 3 ? "" : words[1];
    for (Level level : Level.values()) {
      if (second.equals(level.name().toLowerCase(Locale.ROOT))) {
        return level.compareTo(least) >= 0;
      }
    }
    return true;
  }

  /**
   * Hands over the last lines and then every new one, also when the file is rotated, replaced,
   * emptied, or not there for a while.
   *
   * @param goesOn asked between two looks
   */
  public void follow(int count, Consumer<String> lines, BooleanSupplier goesOn)
      throws IOException, InterruptedException {
    GrowingFile current = new GrowingFile(file);
    try {
      last(count, current).forEach(lines);
      Consumer<String> passing =
          line -> {
            if (passes(line)) {
              lines.accept(line);
            }
          };
      while (goesOn.getAsBoolean()) {
        Thread.sleep(LOOK);
        current.read(passing);
        if (current.isReplaced()) {
          current.read(passing);
          current.close();
          current = new GrowingFile(file);
          current.read(passing);
        }
      }
    } finally {
      current.close();
    }
  }
}
