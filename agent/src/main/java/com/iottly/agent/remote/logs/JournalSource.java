package com.iottly.agent.remote.logs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The journal of a systemd unit, as journalctl(1) shows it. One thread, and one process. */
final class JournalSource implements LineSource {

  private static final long LAST_WORDS_SECONDS = 5;

  private final String unit;
  private final @Nullable String priority;
  private volatile @Nullable Process process;

  /**
   * @param priority the least important that is shown, by its name in syslog(3), or null for all
   */
  JournalSource(String unit, @Nullable String priority) {
    this.unit = unit;
    this.priority = priority;
  }

  @Override
  public void run(int count, boolean follow, Lines lines) throws IOException, InterruptedException {
    Process journal = start(count, follow);
    process = journal;
    try (BufferedReader output = journal.inputReader(UTF_8)) {
      int past = 0;
      for (String line = next(output, lines); line != null; line = next(output, lines)) {
        if (past < count) {
          past++;
          lines.past(line);
        } else {
          lines.now(line);
        }
      }
      lines.flush();
      if (journal.waitFor(LAST_WORDS_SECONDS, TimeUnit.SECONDS) && journal.exitValue() != 0) {
        throw new IOException(complaint(journal));
      }
    } finally {
      journal.destroyForcibly();
    }
  }

  @Override
  public void stop() {
    Process running = process;
    if (running != null) {
      running.destroyForcibly();
    }
  }

  private static @Nullable String next(BufferedReader output, Lines lines)
      throws IOException, InterruptedException {
    if (!output.ready()) {
      lines.flush();
    }
    return output.readLine();
  }

  private Process start(int count, boolean follow) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                "journalctl",
                "--no-pager",
                "--quiet",
                "--output=short-iso",
                "--unit=" + unit,
                "--lines=" + count));
    if (follow) {
      command.add("--follow");
    }
    if (priority != null) {
      command.add("--priority=" + priority);
    }
    return new ProcessBuilder(command).start();
  }

  private static String complaint(Process journal) throws IOException {
    try (var errors = new BufferedReader(new InputStreamReader(journal.getErrorStream(), UTF_8))) {
      String first = errors.readLine();
      return first == null ? "journalctl ended with " + journal.exitValue() : first;
    }
  }
}
