package com.iottly.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** The agent as a device has it: with its own runtime, flags and AOT cache. */
final class PackagedAgent {

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(30);
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private final Path home;
  private final Path directory;
  private final Map<String, String> environment = new HashMap<>();

  /**
   * One whose files are all in that directory.
   *
   * @param home what {@code ./iottly package} put together
   * @param certificate the server's, which it is to trust
   */
  PackagedAgent(Path home, Path directory, Path certificate) {
    if (!Files.exists(home.resolve("iottly-agent.aot"))) {
      throw new BenchException("there is no packaged agent in " + home + "; run ./iottly package");
    }
    this.home = home;
    this.directory = directory;
    environment.put("IOTTLY_CONFIG", directory.resolve("agent.conf").toString());
    environment.put("IOTTLY_AGENT_LOG_FILE", log().toString());
    environment.put("IOTTLY_AGENT_RUN_DIR", directory.resolve("run").toString());
    environment.put("IOTTLY_SPOOL_DIR", directory.resolve("spool").toString());
    environment.put("IOTTLY_SECURITY_CA_BUNDLE", certificate.toString());
    // As under systemd: the log goes to its file alone.
    environment.put("JOURNAL_STREAM", "none");
  }

  private Path log() {
    return directory.resolve("agent.log");
  }

  /** A key of its configuration, {@code IOTTLY_SECTION_KEY}. */
  PackagedAgent with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  void provision(String url, String project, String key) {
    Map<String, String> withKey = new HashMap<>(environment);
    withKey.put("IOTTLY_API_KEY", key);
    String _ = run(withKey, "provision", "--url", url, "--project", project, "--name", "agent");
  }

  /** What it says of itself. */
  String status() {
    return run(environment, "status", "--json");
  }

  private String run(Map<String, String> with, String... arguments) {
    List<String> command = Stream.concat(Stream.of(program()), Stream.of(arguments)).toList();
    return Child.run("iottly-agent " + arguments[0], command, with, Duration.ofSeconds(60));
  }

  private String program() {
    return home.resolve("bin/iottly-agent").toString();
  }

  /** Starts it. */
  Child start() {
    try {
      Files.deleteIfExists(log());
    } catch (IOException e) {
      throw new BenchException("can't delete " + log(), e);
    }
    return Child.start(
        "agent", List.of(program(), "start"), environment, directory.resolve("agent.out"));
  }

  /** Waits until its log says that it is connected. */
  void awaitConnected(Child child) {
    long deadline = System.nanoTime() + CONNECT_LIMIT.toNanos();
    while (!Files.exists(log()) || !ProcessFacts.read(log()).contains("connected to ")) {
      if (!child.alive() || System.nanoTime() > deadline) {
        throw new BenchException("the agent did not connect:\n" + child.tail());
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }
}
