package com.iottly.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.iottly.cli.http.Credential;
import com.iottly.cli.http.Platform;
import com.iottly.platform.admin.AdminClient;
import com.iottly.platform.server.Server;
import com.iottly.platform.server.ServerConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The real platform on a folder and a port of its own, with one project and a key for all of it.
 */
final class TestServer implements AutoCloseable {

  private final Path data;
  private final Map<String, String> settings;
  private final int port;
  private Server server;
  private final String project;
  private final String key;
  private int machines;

  /** A registered device. */
  record Device(String id, String token) {}

  TestServer(Path data) throws IOException {
    this(data, Map.of());
  }

  /** With more of the server's environment. */
  TestServer(Path data, Map<String, String> settings) throws IOException {
    this.data = data;
    this.settings = settings;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      port = free.getLocalPort();
    }
    start();
    project = admin("", "project", "create", "Cold rooms", "--json").path("id").asText();
    key = createKey("--scope", "provision,read,command,manage");
  }

  void start() {
    Map<String, String> environment = new HashMap<>(settings);
    environment.put("IOTTLY_SERVER_SERVER_DATA", data.toString());
    environment.put("IOTTLY_SERVER_SERVER_HOST", "127.0.0.1");
    environment.put("IOTTLY_SERVER_SERVER_PORT", "" + port);
    server = Server.open(ServerConfig.read(Optional.empty(), environment), InstantSource.system());
  }

  void stop() {
    server.close();
  }

  String createKey(String... options) {
    List<String> arguments =
        new ArrayList<>(List.of("key", "create", project, "--description", "Test", "--json"));
    arguments.addAll(List.of(options));
    return admin("", arguments.toArray(String[]::new)).path("secret").asText();
  }

  JsonNode admin(String input, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        AdminClient.run(
            data,
            List.of(arguments),
            new StringReader(input),
            new PrintWriter(out, true),
            new PrintWriter(err, true));
    if (exit != 0) {
      throw new AssertionError(String.join(" ", arguments) + ": " + exit + " " + err);
    }
    try {
      return Platform.JSON.readTree(out.toString());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Registers a new machine. */
  Device provision(String name) {
    machines++;
    var body =
        Platform.JSON
            .createObjectNode()
            .put("project", project)
            .put("name", name)
            .put("macaddress", "02:00:00:00:%02x:%02x".formatted(machines >> 8, machines & 255))
            .put("machine_id", "machine-" + machines)
            .put("agent_version", "1.8.0");
    Credential credential = new Credential.ApiKey(key);
    try (Platform platform = new Platform(URI.create(url()), Optional.empty(), credential)) {
      JsonNode answer = platform.change("POST", "agent/provision", body);
      return new Device(answer.at("/device/id").asText(), answer.path("token").asText());
    }
  }

  String url() {
    String scheme = settings.containsKey("IOTTLY_SERVER_TLS_KEY") ? "https" : "http";
    return scheme + "://127.0.0.1:" + port;
  }

  String project() {
    return project;
  }

  String key() {
    return key;
  }

  /** A client with this project and its key in its environment. */
  Client client() {
    return new Client()
        .with("IOTTLY_URL", url())
        .with("IOTTLY_API_KEY", key)
        .with("IOTTLY_PROJECT_ID", project);
  }

  @Override
  public void close() {
    server.close();
  }
}
