package com.iottly.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process of a test; what it says goes to a file. It does not outlive this one. */
final class Child implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Process process;
  private final Path log;
  private final Thread hook;

  /** What a finished command left. */
  record Finished(int code, String out, String err) {

    Finished succeeded() {
      if (code != 0) {
        throw new AssertionError("it ended with " + code + ": " + err + out);
      }
      return this;
    }
  }

  private Child(Process process, Path log) {
    this.process = process;
    this.log = log;
    this.hook = new Thread(this::killAll, "end-of-a-child");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  static Child start(Path log, Map<String, String> environment, List<String> command) {
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      builder.environment().clear();
      builder.environment().putAll(Launcher.environment(environment));
      Process process = builder.start();
      process.getOutputStream().close();
      return new Child(process, log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a command to its end. */
  static Finished run(Map<String, String> environment, List<String> command) {
    try {
      Path out = Files.createTempFile("iottly-e2e-", ".out");
      Path err = Files.createTempFile("iottly-e2e-", ".err");
      try {
        ProcessBuilder builder =
            new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().putAll(Launcher.environment(environment));
        Process process = builder.start();
        process.getOutputStream().close();
        try (Child child = new Child(process, out)) {
          int code = child.awaitExit();
          return new Finished(code, Files.readString(out), Files.readString(err));
        }
      } finally {
        Files.delete(out);
        Files.delete(err);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long pid() {
    return process.pid();
  }

  void requireAlive() {
    if (!process.isAlive()) {
      throw new AssertionError("it ended with " + process.exitValue() + ": " + said());
    }
  }

  /** All it has said. */
  String said() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void signal(String name) {
    signal(name, Long.toString(pid()));
  }

  /** To the process and everything it started; it must lead a process group. */
  void signalGroup(String name) {
    signal(name, "-" + pid());
  }

  private void signal(String name, String target) {
    if (process.isAlive()) {
      run(Map.of(), List.of("kill", "-s", name, "--", target)).succeeded();
    }
  }

  /** {@code kill -9}; returns when it is gone. */
  void kill() {
    process.destroyForcibly();
    awaitExit();
  }

  /** Waits for its end and answers its exit code. */
  int awaitExit() {
    return awaitExit(PATIENCE);
  }

  int awaitExit(Duration patience) {
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("process " + pid() + " does not end: " + said());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** The processes it started and those they started. */
  List<ProcessHandle> descendants() {
    return process.descendants().toList();
  }

  private void killAll() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /** Ends it and all it started, if it has not ended. */
  @Override
  public void close() {
    killAll();
    try {
      process.waitFor();
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IllegalStateException e) {
      // This process ends, and the hook does the same.
    }
  }
}
