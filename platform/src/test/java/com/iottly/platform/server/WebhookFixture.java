package com.iottly.platform.server;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.platform.server.TestPlatform.Answer;
import com.iottly.platform.server.TestPlatform.Provisioned;
import com.iottly.wire.Frame;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A platform that lets webhooks post to this machine, and an endpoint for each test. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WebhookFixture {

  static final Duration PATIENCE = Duration.ofSeconds(30);

  private Path data;
  TestPlatform platform;
  TestEndpoint endpoint;
  String manageKey;

  @BeforeAll
  void openPlatform(@TempDir Path folder) {
    Map<String, String> settings = new HashMap<>();
    settings.put("WEBHOOK_ALLOW", "127.0.0.0/8");
    settings.put("WEBHOOK_ALLOW_HTTP", "true");
    settings.put("WEBHOOK_CHECKPOINT", "20ms");
    settings.put("WEBHOOK_FIRST_RETRY", "50ms");
    settings.put("WEBHOOK_TIMEOUT", "10s");
    settings.putAll(settings());
    data = folder.resolve("data");
    platform = TestPlatform.on(data, settings);
    manageKey = platform.createKey("--scope", "manage,read");
  }

  @AfterAll
  void closePlatform() {
    platform.close();
  }

  @BeforeEach
  void openEndpoint() {
    endpoint = new TestEndpoint();
  }

  @AfterEach
  void closeEndpoint() {
    for (JsonNode webhook : ok(call("GET", "", "")).get("webhooks")) {
      ok(call("DELETE", "/" + webhook.get("id").asText(), ""));
    }
    endpoint.close();
  }

  /** More settings, or others. */
  Map<String, String> settings() {
    return Map.of();
  }

  /** The platform's folder. */
  Path data() {
    return data;
  }

  String path(String rest) {
    return "project/" + platform.project() + "/webhooks" + rest;
  }

  Answer call(String method, String rest, String body) {
    return platform.send(
        platform
            .plainRequest(path(rest))
            .header("Authentication", "bearer " + manageKey)
            .header("Content-Type", "application/json")
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body)));
  }

  JsonNode ok(Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json();
  }

  static ObjectNode definition(String url) {
    return TestPlatform.JSON
        .createObjectNode()
        .put("description", "test")
        .put("url", url)
        .put("type", "user");
  }

  JsonNode create(ObjectNode definition) {
    return ok(call("POST", "", definition.toString()));
  }

  /** Makes a webhook to the endpoint for user messages; returns its id. */
  String create() {
    return create(definition(endpoint.url())).get("id").asText();
  }

  JsonNode show(String id) {
    return ok(call("GET", "/" + id, ""));
  }

  /** Sends user messages with these numbers in a session of its own. */
  void send(Provisioned device, int from, int through) throws Exception {
    try (TestDevice link = TestDevice.hello(platform, device.token(), from)) {
      for (int number = from; number <= through; number++) {
        link.sendMessage(number - from + 1, "{\"n\":" + number + "}");
      }
      await()
          .atMost(PATIENCE)
          .until(() -> link.expect(Frame.Ack.class).through() >= through - from + 1);
    }
  }

  /** The numbers of what the endpoint took, in order of arrival, each message once. */
  List<Integer> numbers() {
    return endpoint.taken().stream()
        .collect(
            toMap(
                TestEndpoint.Request::id,
                request -> number(request.body()),
                (one, _) -> one,
                LinkedHashMap::new))
        .values()
        .stream()
        .toList();
  }

  static int number(String body) {
    try {
      JsonNode json = TestPlatform.JSON.readTree(body);
      return (json.has("msg") ? json.at("/msg/payload") : json).get("n").intValue();
    } catch (JsonProcessingException e) {
      throw new AssertionError(body, e);
    }
  }

  void awaitNumbers(Integer... numbers) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(numbers()).containsExactly(numbers));
  }
}
