package com.iottly.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The real agent, registered and connected: the one place that knows its main class, its command
 * line and its environment.
 */
final class AgentProcess implements AutoCloseable {

  private static final String MAIN_CLASS = "com.iottly.agent.cli.Main";
  private static final List<String> JAVA_FLAGS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Xmx24m",
          "-Xss256k",
          "-XX:-UsePerfData",
          "--enable-native-access=ALL-UNNAMED");
  private static final Pattern DEVICE_ID =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(30);

  private final Child child;
  private final String device;

  private AgentProcess(Child child, String device) {
    this.child = child;
    this.device = device;
  }

  /**
   * Registers an agent whose files are all in that directory, starts it and waits until it is
   * connected.
   *
   * @throws BenchException when there is no agent in {@code lib}, or it does not connect
   */
  static AgentProcess start(
      Path lib, Path directory, ServerProcess server, Api api, String project, String key) {
    return start(lib, directory, server, api, project, key, Map.of());
  }

  /**
   * The same.
   *
   * @param settings variables of its configuration beside those it needs
   */
  static AgentProcess start(
      Path lib,
      Path directory,
      ServerProcess server,
      Api api,
      String project,
      String key,
      Map<String, String> settings) {
    if (!Files.isDirectory(lib)) {
      throw new BenchException("the agent's jars are not in " + lib);
    }
    Map<String, String> environment = new HashMap<>(environment(directory, server));
    environment.putAll(settings);
    Map<String, String> withKey = new HashMap<>(environment);
    withKey.put("IOTTLY_API_KEY", key);
    String said =
        Child.run(
            "iottly-agent provision",
            command(
                lib, "provision", "--url", server.url(), "--project", project, "--name", "agent"),
            withKey,
            Duration.ofSeconds(60));
    Matcher id = DEVICE_ID.matcher(said);
    if (!id.find()) {
      throw new BenchException("iottly-agent provision printed no device id");
    }
    Child child =
        Child.start("agent", command(lib, "start"), environment, directory.resolve("agent.out"));
    try {
      awaitConnected(child, api, project, id.group());
      return new AgentProcess(child, id.group());
    } catch (RuntimeException e) {
      child.close();
      throw e;
    }
  }

  private static void awaitConnected(Child child, Api api, String project, String device) {
    long deadline = System.nanoTime() + CONNECT_LIMIT.toNanos();
    while (!api.connected(project, device)) {
      if (!child.alive() || System.nanoTime() > deadline) {
        throw new BenchException("the agent did not connect:\n" + child.tail());
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
  }

  private static Map<String, String> environment(Path directory, ServerProcess server) {
    return Map.of(
        "IOTTLY_CONFIG", directory.resolve("agent.conf").toString(),
        "IOTTLY_AGENT_LOG_FILE", directory.resolve("agent.log").toString(),
        "IOTTLY_AGENT_RUN_DIR", directory.resolve("run").toString(),
        "IOTTLY_SPOOL_DIR", directory.resolve("spool").toString(),
        "IOTTLY_CONNECTION_ENDPOINT", server.url().replaceFirst("^http", "ws") + "/ws");
  }

  private static List<String> command(Path lib, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(ServerCommand.javaExecutable());
    command.addAll(JAVA_FLAGS);
    command.add("-cp");
    command.add(lib.resolve("*").toString());
    command.add(MAIN_CLASS);
    command.addAll(List.of(arguments));
    return command;
  }

  String device() {
    return device;
  }

  long rss() {
    return ProcessFacts.rss(child.pid());
  }

  @Override
  public void close() {
    child.close();
  }
}
