package com.iottly.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A process this bench started; its output goes to a file. It ends with this one, however this one
 * ends, short of {@code kill -9}.
 */
final class Child implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int TAIL_LINES = 12;

  private final String name;
  private final Process process;
  private final Path log;
  private final Thread hook;

  private Child(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
    this.hook = new Thread(process::destroyForcibly, "end-" + name);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  static Child start(String name, List<String> command, Path log) {
    return start(name, command, Map.of(), log);
  }

  /** Starts a process whose environment is this one's and some more. */
  static Child start(String name, List<String> command, Map<String, String> more, Path log) {
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      builder.environment().putAll(more);
      Process process = builder.start();
      process.getOutputStream().close();
      return new Child(name, process, log);
    } catch (IOException e) {
      throw new BenchException(
          "can't start " + name + " (" + command.getFirst() + "): " + BenchException.reason(e), e);
    }
  }

  /** Runs a command to its end and answers what it printed. */
  static String run(String name, List<String> command, Duration atMost) {
    return run(name, command, Map.of(), atMost);
  }

  /** The same with an environment that is this one's and some more. */
  static String run(String name, List<String> command, Map<String, String> more, Duration atMost) {
    try {
      Path out = Files.createTempFile("iottly-bench-", ".out");
      try {
        Path errors = Files.createTempFile("iottly-bench-", ".err");
        try {
          ProcessBuilder builder =
              new ProcessBuilder(command)
                  .redirectOutput(out.toFile())
                  .redirectError(errors.toFile());
          builder.environment().putAll(more);
          Process process = builder.start();
          process.getOutputStream().close();
          boolean ended = process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
          if (!ended) {
            process.destroyForcibly();
            throw new BenchException(name + " did not end within " + atMost.toSeconds() + " s");
          }
          if (process.exitValue() != 0) {
            throw new BenchException(
                name + " failed with " + process.exitValue() + ": " + tail(errors) + tail(out));
          }
          return Files.readString(out);
        } finally {
          Files.deleteIfExists(errors);
        }
      } finally {
        Files.deleteIfExists(out);
      }
    } catch (IOException e) {
      throw new BenchException("can't run " + name + ": " + BenchException.reason(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    }
  }

  long pid() {
    return process.pid();
  }

  boolean alive() {
    return process.isAlive();
  }

  /** The last lines of what it printed, for an error. */
  String tail() {
    return tail(log);
  }

  private static String tail(Path file) {
    List<String> lines = ProcessFacts.read(file).lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
  }

  /** Asks it to end, and insists when it does not; returns when it is gone. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        System.err.println(name + " did not stop within " + PATIENCE.toSeconds() + " s: killed");
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
    if (Thread.currentThread() != hook) {
      removeHook();
    }
  }

  private void removeHook() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The machine is going down already, and the hook with it.
    }
  }
}
