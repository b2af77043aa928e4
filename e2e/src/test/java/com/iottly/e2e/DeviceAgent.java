package com.iottly.e2e;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The agent as a process that is started, stopped and killed, all its files in one folder. */
final class DeviceAgent implements AutoCloseable {

  private static final Pattern DEVICE_ID =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  private final Path folder;
  private final Platform platform;
  private final Map<String, String> environment = new HashMap<>();
  private List<String> program = Launcher.command("agent");
  private List<String> wrapper = List.of();
  private @Nullable Child agent;
  private @Nullable String device;

  DeviceAgent(Path parent, Platform platform) throws IOException {
    this.folder = Files.createDirectories(parent.resolve("agent"));
    this.platform = platform;
    set("CONFIG", folder.resolve("agent.conf"));
    set("AGENT_LOG_FILE", folder.resolve("agent.log"));
    set("AGENT_RUN_DIR", folder.resolve("run"));
    set("SPOOL_DIR", folder.resolve("spool"));
    set("CONNECTION_ENDPOINT", platform.url().replaceFirst("^http", "ws") + "/ws");
    set("CONNECTION_RECONNECT_INTERVAL", 1);
    set("CONNECTION_RECONNECT_MAX", 1);
    set("TELEMETRY_INTERVAL", 1);
  }

  /** A key of its configuration, {@code SECTION_KEY}. */
  void set(String name, Object value) {
    environment.put("IOTTLY_" + name, value.toString());
  }

  void unset(String name) {
    environment.remove("IOTTLY_" + name);
  }

  /** What its configuration is made of. */
  Map<String, String> environment() {
    return new HashMap<>(environment);
  }

  /** Uses an installed agent instead of the launcher's. */
  void useProgram(String path) {
    program = List.of(path);
  }

  /** From the next start on, the agent is started by this program. */
  void startUnder(String... command) {
    wrapper = List.of(command);
  }

  void provision() {
    set("API_KEY", platform.key());
    String said =
        run("provision", "--url", platform.url(), "--project", platform.project())
            .succeeded()
            .out();
    environment.remove("IOTTLY_API_KEY");
    Matcher id = DEVICE_ID.matcher(said);
    if (!id.find()) {
      throw new AssertionError("no device id in: " + said);
    }
    device = id.group();
  }

  /** Runs one of its commands to the end. */
  Child.Finished run(String... arguments) {
    return Child.run(environment, command(arguments));
  }

  private List<String> command(String... arguments) {
    List<String> command = new ArrayList<>(program);
    command.addAll(List.of(arguments));
    return command;
  }

  /** Starts it and returns at once. */
  void launch() {
    List<String> command = new ArrayList<>(wrapper);
    command.addAll(command("start"));
    agent = Child.start(folder.resolve("agent.out"), environment, command);
  }

  void start() {
    launch();
    awaitConnected();
  }

  void awaitConnected() {
    awaitStatus("connected", status -> status.path("connected").asBoolean());
  }

  /** Until the platform has acknowledged everything. */
  void awaitDrained() {
    awaitStatus("drained", status -> status.path("spool_waiting").asLong() == 0);
  }

  void awaitAnswering() {
    awaitStatus("answering", status -> true);
  }

  private void awaitStatus(String what, Predicate<JsonNode> good) {
    await("the agent is " + what)
        .atMost(Platform.PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .failFast(() -> process().requireAlive())
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(() -> good.test(status()));
  }

  JsonNode status() throws IOException {
    try (ControlSocket control = control()) {
      return control.status();
    }
  }

  ControlSocket control() throws IOException {
    return ControlSocket.connect(folder.resolve("run/control"));
  }

  Child process() {
    if (agent == null) {
      throw new AssertionError("the agent was not started");
    }
    return agent;
  }

  /** Its credential. */
  String token() throws IOException {
    return Files.readAllLines(folder.resolve("agent.conf")).stream()
        .filter(line -> line.startsWith("token"))
        .map(line -> line.substring(line.indexOf('=') + 1).strip())
        .findFirst()
        .orElseThrow();
  }

  String device() {
    if (device == null) {
      throw new AssertionError("the agent is not registered");
    }
    return device;
  }

  /** Everything it logged. */
  String logged() throws IOException {
    return Files.readString(folder.resolve("agent.log"));
  }

  Path folder() {
    return folder;
  }

  @Override
  public void close() {
    if (agent != null) {
      agent.close();
    }
  }
}
