package com.iottly.e2e;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The server as a process that is started, stopped and killed, always at the same port. */
final class Platform implements AutoCloseable {

  static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final Path data;
  private final Path config;
  private final Path log;
  private final int port = Stage.freePort();
  private final boolean tls;
  private List<String> wrapper = List.of();
  private @Nullable Child server;
  private @Nullable String project;
  private @Nullable String key;

  /** One that serves the packages of a folder. */
  Platform(Path folder, Path packages) throws IOException {
    this(folder, "", "packages = \"" + packages + "\"");
  }

  Platform(Path folder, String moreConfiguration) throws IOException {
    this(
        folder,
        moreConfiguration,
        "package = \"" + Launcher.ROOT.resolve("agent/target/iottly-agent.tar.gz") + "\"");
  }

  private Platform(Path folder, String moreConfiguration, String agent) throws IOException {
    this.data = folder.resolve("platform");
    this.config = folder.resolve("server.toml");
    this.log = folder.resolve("server.log");
    this.tls = moreConfiguration.contains("[tls]");
    Files.writeString(
        config,
        """
        [server]
        data = "%s"
        host = "127.0.0.1"
        port = %d

        [agent]
        %s

        %s
        """
            .formatted(data, port, agent, moreConfiguration));
  }

  /** From the next start on, the server is started by this program. */
  void startUnder(String... command) {
    wrapper = List.of(command);
  }

  /** Starts it and returns when it serves. */
  void start() {
    launch();
    awaitReady();
  }

  /** Starts it and returns at once. */
  void launch() {
    List<String> command = new ArrayList<>(wrapper);
    command.addAll(Launcher.command("server", "--config", config.toString()));
    server = Child.start(log, Map.of(), command);
  }

  void awaitReady() {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .failFast(() -> server().requireAlive())
        .until(this::listens);
  }

  private boolean listens() throws InterruptedException {
    if (tls) {
      return server().said().contains("Iottly is ready");
    }
    try {
      URI live = URI.create(url() + "/health/live");
      return HTTP.send(HttpRequest.newBuilder(live).build(), BodyHandlers.discarding()).statusCode()
          == 200;
    } catch (IOException e) {
      return false;
    }
  }

  Child server() {
    if (server == null) {
      throw new AssertionError("the server was not started");
    }
    return server;
  }

  String url() {
    return (tls ? "https" : "http") + "://127.0.0.1:" + port;
  }

  int port() {
    return port;
  }

  Path data() {
    return data;
  }

  /** The only project. */
  String project() {
    if (project == null) {
      throw new AssertionError("there is no project yet");
    }
    return project;
  }

  /** That project's key. */
  String key() {
    if (key == null) {
      throw new AssertionError("there is no key yet");
    }
    return key;
  }

  Api api() {
    return new Api(url(), project(), key());
  }

  void createProject() throws IOException {
    project = admin("project", "create", "End to end", "--json").path("id").asText();
    key =
        admin(
                "key",
                "create",
                project,
                "--description",
                "End to end",
                "--scope",
                "provision,read,command,manage,remote",
                "--json")
            .path("secret")
            .asText();
  }

  JsonNode admin(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(Launcher.command("admin", "--data", data.toString()));
    command.addAll(Arrays.asList(arguments));
    return Api.JSON.readTree(Child.run(Map.of(), command).succeeded().out());
  }

  /** Stops it as an operator does. */
  void stop() {
    server().signal("TERM");
    server().awaitExit();
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
  }
}
