package com.iottly.platform.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.iottly.platform.admin.AdminClient;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.ProjectId;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;

/** The real platform on a folder of its own and a free port, for tests; with one project in it. */
public final class TestPlatform implements AutoCloseable {

  public static final ObjectMapper JSON = new ObjectMapper();

  private static final AtomicInteger MACS = new AtomicInteger();

  private final Path data;
  private final Map<String, String> settings;
  private final HttpClient http = HttpClient.newHttpClient();
  private final String project;
  private final String key;
  private Server server;
  private ApiDocument document;

  /** An answer of the HTTP API. */
  public record Answer(int status, JsonNode json, HttpResponse<String> response) {
    public String text() {
      return response.body();
    }
  }

  /** A provisioned device. */
  public record Provisioned(String id, String token, String mac) {}

  private TestPlatform(Path data, Map<String, String> settings) {
    this.data = data;
    this.settings = settings;
    this.server = start();
    this.project = admin("project", "create", "Test", "--json").get("id").asText();
    this.key = createKey();
    this.document = new ApiDocument(json(exchange(plainRequest("openapi.json").build()).body()));
  }

  public static TestPlatform on(Path data) {
    return on(data, Map.of());
  }

  /** With settings as in the environment, {@code IOTTLY_SERVER_…} left out. */
  public static TestPlatform on(Path data, Map<String, String> settings) {
    return new TestPlatform(data, settings);
  }

  private Server start() {
    Map<String, String> environment = new java.util.HashMap<>();
    settings.forEach((name, value) -> environment.put("IOTTLY_SERVER_" + name, value));
    environment.put("IOTTLY_SERVER_SERVER_DATA", data.toString());
    environment.put("IOTTLY_SERVER_SERVER_HOST", "127.0.0.1");
    environment.put("IOTTLY_SERVER_SERVER_PORT", "0");
    return Server.open(ServerConfig.read(Optional.empty(), environment), InstantSource.system());
  }

  public void restart() {
    server.close();
    server = start();
  }

  public int port() {
    return server.port();
  }

  public String url() {
    return "http://127.0.0.1:" + server.port();
  }

  public String project() {
    return project;
  }

  public ProjectId projectId() {
    return new ProjectId(project);
  }

  public String key() {
    return key;
  }

  public String createKey(String... options) {
    List<String> arguments =
        new ArrayList<>(List.of("key", "create", project, "--description", "test", "--json"));
    arguments.addAll(List.of(options));
    return admin(arguments.toArray(String[]::new)).get("secret").asText();
  }

  /** Runs an admin command that must succeed and answers its JSON. */
  public JsonNode admin(String... arguments) {
    return adminWithInput("", arguments);
  }

  /** The same with a line of input. */
  public JsonNode adminWithInput(String input, String... arguments) {
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
      throw new IllegalStateException(String.join(" ", arguments) + ": " + exit + " " + err);
    }
    try {
      return JSON.readTree(out.toString());
    } catch (IOException e) {
      throw new IllegalStateException("not JSON: " + out, e);
    }
  }

  /** Registers a new machine through the HTTP API. */
  public Provisioned provision(String name) {
    return provision(
        name, "02:00:00:00:%02x:%02x".formatted(MACS.get() >> 8, MACS.getAndIncrement() & 0xff));
  }

  public Provisioned provision(String name, String mac) {
    Answer answer =
        post(
            "agent/provision",
            """
            {"project":"%s","name":"%s","macaddress":"%s","machine_id":"machine-%s","agent_version":"1.8.0"}
            """
                .formatted(project, name, mac, mac));
    if (answer.status() != 200) {
      throw new IllegalStateException(answer.text());
    }
    return new Provisioned(
        answer.json().at("/device/id").asText(), answer.json().get("token").asText(), mac);
  }

  public Answer get(String path) {
    return send(request(path).GET());
  }

  public Answer post(String path, String body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  public Answer put(String path, String body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString(body)));
  }

  public Answer patch(String path, String body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .method("PATCH", BodyPublishers.ofString(body)));
  }

  public Answer delete(String path) {
    return send(request(path).DELETE());
  }

  /** A request with the key, for a path below {@code /v1.0/}. */
  public HttpRequest.Builder request(String path) {
    return plainRequest(path).header("Authentication", "bearer " + key);
  }

  /** A request without a key. */
  public HttpRequest.Builder plainRequest(String path) {
    return HttpRequest.newBuilder(URI.create(url() + "/v1.0/" + path));
  }

  /** Sends it; request and answer must be as the API's document says. */
  public Answer send(HttpRequest.Builder builder) {
    HttpRequest request = builder.build();
    HttpResponse<String> response = exchange(request);
    document.check(
        request.method(), request.uri(), body(request), response.statusCode(), response.body());
    return new Answer(response.statusCode(), json(response.body()), response);
  }

  private static Optional<String> body(HttpRequest request) {
    return request
        .bodyPublisher()
        .map(publisher -> {
          var subscriber = BodySubscribers.ofString(StandardCharsets.UTF_8);
          publisher.subscribe(
              new Flow.Subscriber<>() {
                @Override
                public void onSubscribe(Flow.Subscription subscription) {
                  subscriber.onSubscribe(subscription);
                }

                @Override
                public void onNext(ByteBuffer item) {
                  subscriber.onNext(List.of(item));
                }

                @Override
                public void onError(Throwable failure) {
                  subscriber.onError(failure);
                }

                @Override
                public void onComplete() {
                  subscriber.onComplete();
                }
              });
          return subscriber.getBody().toCompletableFuture().join();
        });
  }

  ApiDocument document() {
    return document;
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new AssertionError("not JSON: " + text, e);
    }
  }

  private HttpResponse<String> exchange(HttpRequest request) {
    try {
      return http.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The path of a device's calls. */
  public String device(String id) {
    return "project/" + project + "/device/" + id;
  }

  public DeviceId deviceId(Provisioned device) {
    return DeviceId.parse(device.id()).orElseThrow();
  }

  @Override
  public void close() {
    server.close();
    http.close();
  }
}
