package com.iottly.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.StringTokenizer;

/** What Linux says about a process in {@code /proc}. */
final class ProcessFacts {

  // sysconf(_SC_CLK_TCK), which is 100 on every Linux that Java 25 runs on.
  private static final long TICKS_PER_SECOND = 100;
  // From the state, field 3, up to utime, field 14, which stime follows (proc_pid_stat(5)).
  private static final int FIELDS_BETWEEN = 11;

  private ProcessFacts() {}

  /** The CPU time of all threads of the process, in user and kernel mode, to 10 ms. */
  static Duration cpu(long pid) {
    return cpu(read(Path.of("/proc/" + pid + "/stat")));
  }

  static Duration cpu(String stat) {
    // The name, in parentheses, may hold anything; the numbered fields follow it.
    StringTokenizer fields = new StringTokenizer(stat.substring(stat.lastIndexOf(')') + 1));
    for (int i = 0; i < FIELDS_BETWEEN; i++) {
      fields.nextToken();
    }
    long ticks = Long.parseLong(fields.nextToken()) + Long.parseLong(fields.nextToken());
    return Duration.ofMillis(ticks * 1000 / TICKS_PER_SECOND);
  }

  /** The resident memory of the process, in bytes. */
  static long rss(long pid) {
    return kilobytes(read(Path.of("/proc/" + pid + "/status")), "VmRSS:") * 1024;
  }

  /** The part of it that no file backs, in bytes. */
  static long anonymous(long pid) {
    return kilobytes(read(Path.of("/proc/" + pid + "/status")), "RssAnon:") * 1024;
  }

  /** How many files this process may open; its children inherit the limit. */
  static long maxOpenFiles() {
    String line = line(read(Path.of("/proc/self/limits")), "Max open files");
    StringTokenizer softAndHard = new StringTokenizer(line.substring("Max open files".length()));
    softAndHard.nextToken();
    String hard = softAndHard.nextToken();
    return hard.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(hard);
  }

  /**
   * Refuses a run that would need more files than a process may open.
   *
   * <p>A JVM raises its soft limit to the hard one by itself, so the hard one counts.
   */
  static void requireOpenFiles(int connections) {
    long needed = connections + 500L;
    long allowed = maxOpenFiles();
    if (allowed < needed) {
      throw new BenchException(
          "%,d connections need %,d open files, but the limit is %,d; raise it with 'ulimit -n %d'"
                  .formatted(connections, needed, allowed, needed)
              + " (as root) or ask for fewer connections");
    }
  }

  static long kilobytes(String table, String name) {
    return Long.parseLong(line(table, name).substring(name.length()).replace("kB", "").trim());
  }

  private static String line(String table, String name) {
    return table
        .lines()
        .filter(line -> line.startsWith(name))
        .findFirst()
        .orElseThrow(() -> new BenchException("/proc has no '" + name + "'; this needs Linux"));
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new BenchException("can't read " + file + ": " + BenchException.reason(e), e);
    }
  }
}
