package com.iottly.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.iottly.platform.server.ApiDocument;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The HTTP API as one project's client sees it. */
final class Api {

  static final ObjectMapper JSON = new ObjectMapper();

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final String url;
  private final String project;
  private final String key;
  private volatile @Nullable ApiDocument document;

  Api(String url, String project, String key) {
    this.url = url;
    this.project = project;
    this.key = key;
  }

  /** An answer of any status. */
  record Answer(int status, JsonNode body) {}

  /** {@code path} is below the project's, {@code device/…} for example. */
  JsonNode get(String path) {
    return good(send(request("/v1.0/project/" + project + "/" + path).GET().build(), ""));
  }

  JsonNode post(String path, String body) {
    return good(tryPost(path, body));
  }

  JsonNode delete(String path) {
    return good(send(request("/v1.0/project/" + project + "/" + path).DELETE().build(), ""));
  }

  /** Registers a device. */
  JsonNode provision(String body) {
    return good(postTo("/v1.0/agent/provision", body));
  }

  Answer tryPost(String path, String body) {
    return postTo("/v1.0/project/" + project + "/" + path, body);
  }

  private Answer postTo(String path, String body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        body);
  }

  /** Any path; whatever comes. */
  Answer look(String path) {
    return send(request(path).GET().build(), "");
  }

  /** Sends a command and answers it as it is after so many seconds at most. */
  JsonNode echo(String device, int waitSeconds) {
    String wait = waitSeconds == 0 ? "" : "?wait=" + waitSeconds;
    return post("device/" + device + "/command" + wait, "{\"cmd_type\": \"echo\", \"values\": {}}");
  }

  boolean isConnected(String device) {
    return get("device/" + device + "/props").path("operatingstatus").asText().equals("connected");
  }

  /** The payloads of all of a device's messages, oldest first, page by page with the cursor. */
  List<JsonNode> history(String device, String type) {
    String path = "device/" + device + "/messages/paginated?l=100&sort=asc&type=" + type;
    List<JsonNode> payloads = new ArrayList<>();
    Answer page = look("/v1.0/project/" + project + "/" + path);
    if (page.status() == 404) {
      return payloads;
    }
    while (true) {
      JsonNode body = good(page);
      body.path("messages").forEach(message -> payloads.add(message.path("payload")));
      if (!body.path("more").asBoolean()) {
        return payloads;
      }
      String cursor = URLEncoder.encode(body.path("cursor").asText(), StandardCharsets.UTF_8);
      page = look("/v1.0/project/" + project + "/" + path + "&cursor=" + cursor);
    }
  }

  private static JsonNode good(Answer answer) {
    if (answer.status() != 200) {
      throw new AssertionError("the platform answered " + answer);
    }
    return answer.body();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path))
        .timeout(TIMEOUT)
        .header("Authentication", "bearer " + key);
  }

  /** Sends it; request and answer must be as the API's document says. */
  private Answer send(HttpRequest request, String body) {
    HttpResponse<String> response = exchange(request);
    if (document == null) {
      HttpRequest ask = HttpRequest.newBuilder(URI.create(url + "/v1.0/openapi.json")).build();
      document = new ApiDocument(json(exchange(ask).body()));
    }
    document.check(
        request.method(),
        request.uri(),
        Optional.of(body).filter(text -> !text.isEmpty()),
        response.statusCode(),
        response.body());
    return new Answer(response.statusCode(), json(response.body()));
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new AssertionError("not JSON: " + text, e);
    }
  }

  private static HttpResponse<String> exchange(HttpRequest request) {
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(request.uri() + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
