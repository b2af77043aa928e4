package com.iottly.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The calls of the HTTP API that the benches make, over kept-alive HTTP/1.1 connections. The one
 * place that knows their paths and parameters. Any thread.
 */
final class Api implements AutoCloseable {

  static final ObjectMapper JSON = new ObjectMapper();

  private static final Duration TIMEOUT = Duration.ofSeconds(90);

  private final HttpClient client;
  private final String url;
  private final String key;

  /**
   * A client with that key.
   *
   * @param tls what the server shows, null when it is a plain one
   */
  Api(String url, String key, @Nullable SelfSigned tls) {
    HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
    if (tls != null) {
      builder.sslContext(tls.context());
    }
    this.client = builder.build();
    this.url = url;
    this.key = key;
  }

  /** One page of a device's history, and where the next one starts. */
  record Page(int messages, @Nullable String cursor) {}

  /** The newest messages that match, at most 100. */
  int newest(String project, String device, int count, @Nullable String queryJson) {
    String path = "/v1.0/project/" + project + "/messages/" + device + "?numMessages=" + count;
    String filter = queryJson == null ? "" : "&queryJson=" + encode(queryJson);
    return get(path + filter).path("messages").size();
  }

  /** A numbered page, from 1. */
  int page(String project, String device, int page, int length) {
    return get(paginated(project, device) + "?p=" + page + "&l=" + length).path("messages").size();
  }

  /** The page behind a cursor, newest first; without a cursor the first page. */
  Page after(String project, String device, @Nullable String cursor, int length) {
    String from = cursor == null ? "" : "&cursor=" + encode(cursor);
    JsonNode answer = get(paginated(project, device) + "?l=" + length + from);
    boolean more = answer.path("more").asBoolean();
    return new Page(answer.path("messages").size(), more ? required(answer, "cursor") : null);
  }

  private static String paginated(String project, String device) {
    return "/v1.0/project/" + project + "/device/" + device + "/messages/paginated";
  }

  /** Sends an echo and waits for its end; answers the command's state. */
  String echo(String project, String device, int waitSeconds) {
    String path = "/v1.0/project/" + project + "/device/" + device + "/command?wait=" + waitSeconds;
    JsonNode answer = post(path, "{\"cmd_type\":\"echo\",\"values\":{}}");
    return answer.findPath("state").asText();
  }

  /** Whether the platform sees the device as connected. */
  boolean connected(String project, String device) {
    JsonNode props = get("/v1.0/project/" + project + "/device/" + device + "/props");
    return props.path("operatingstatus").asText().equals("connected");
  }

  /** Makes a webhook for all user messages to that port of this machine; answers its id. */
  String createWebhook(String project, int port) {
    String body =
        JSON.createObjectNode()
            .put("description", "bench")
            .put("url", "http://127.0.0.1:" + port + "/hook")
            .put("type", "user")
            .toString();
    return required(post(webhooks(project), body), "id");
  }

  /** Pauses or resumes a webhook. */
  void webhook(String project, String webhook, String action) {
    JsonNode _ = post(webhooks(project) + "/" + webhook + "/" + action, "");
  }

  void deleteWebhook(String project, String webhook) {
    JsonNode _ = send(request(webhooks(project) + "/" + webhook).DELETE().build());
  }

  private static String webhooks(String project) {
    return "/v1.0/project/" + project + "/webhooks";
  }

  /** Registers a device and answers its id and token. */
  Device provision(String project, int number) {
    Device unknown = new Device("", "", number);
    String body =
        JSON.createObjectNode()
            .put("project", project)
            .put("name", unknown.name())
            .put("macaddress", macAddress(number))
            .put("machine_id", "%032x".formatted(number))
            .put("agent_version", "bench")
            .put("os", "linux")
            .put("arch", "amd64")
            .put("hostname", unknown.name())
            .toString();
    JsonNode answer = post("/v1.0/agent/provision", body);
    return new Device(required(answer.path("device"), "id"), required(answer, "token"), number);
  }

  /** A locally administered address (IEEE 802) for the bench's n-th device. */
  static String macAddress(int number) {
    return "02:be:%02x:%02x:%02x:%02x"
        .formatted(number >>> 24 & 255, number >>> 16 & 255, number >>> 8 & 255, number & 255);
  }

  static String required(JsonNode object, String field) {
    String value = object.path(field).asText();
    if (value.isEmpty()) {
      throw new BenchException("the answer has no '" + field + "'");
    }
    return value;
  }

  /** What that path answers. */
  JsonNode read(String path) {
    return get(path);
  }

  private JsonNode get(String path) {
    return send(request(path).GET().build());
  }

  private JsonNode post(String path, String body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path))
        .timeout(TIMEOUT)
        .header("Authentication", "bearer " + key);
  }

  private JsonNode send(HttpRequest request) {
    try {
      for (int attempt = 1; ; attempt++) {
        HttpResponse<byte[]> response =
            client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        int status = response.statusCode();
        if (status == 200 || status == 201) {
          return JSON.readTree(response.body());
        }
        if ((status != 429 && status != 503) || attempt == 10) {
          throw new BenchException(
              "%s %s answered %d: %s"
                  .formatted(
                      request.method(),
                      request.uri().getPath(),
                      status,
                      new String(response.body(), StandardCharsets.UTF_8)));
        }
        Thread.sleep(1000 * response.headers().firstValueAsLong("Retry-After").orElse(1));
      }
    } catch (JsonProcessingException e) {
      throw new BenchException(request.uri().getPath() + " did not answer JSON", e);
    } catch (IOException e) {
      throw new BenchException(request.uri().getPath() + " failed: " + BenchException.reason(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    }
  }

  private static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    client.close();
  }
}
