package com.iottly.platform.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.platform.server.TestPlatform.Answer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The OpenAPI document: what it says is so, and its examples run. */
class ApiDocumentTest {

  private static final Pattern PLACE = Pattern.compile("\\{([a-z_]+)}");

  @TempDir static Path folder;

  private static TestPlatform platform;
  private static ExampleThings things;

  @BeforeAll
  static void open() throws Exception {
    platform = TestPlatform.on(folder, Map.of("WEBHOOK_ALLOW", "127.0.0.0/8"));
    things = new ExampleThings(platform);
  }

  @AfterAll
  static void close() {
    platform.close();
  }

  @TestFactory
  Iterable<DynamicTest> everyCallOfTheDocumentWorksWithItsExample() {
    return platform.document().operations().stream()
        .filter(operation -> !operation.id().equals(FirstSetupTest.OPERATION))
        .map(operation -> DynamicTest.dynamicTest(operation.id(), () -> run(operation)))
        .toList();
  }

  private static void run(ApiDocument.Operation operation) {
    things.begin(operation);
    String path = filled(operation.path());
    JsonNode example = operation.json().at("/requestBody/content/application~1json/example");
    assertThat(example.isMissingNode()).isEqualTo(!operation.json().has("requestBody"));
    HttpRequest.Builder request = things.request(operation, path);
    if (example.isMissingNode()) {
      request.method(operation.method().toUpperCase(), HttpRequest.BodyPublishers.noBody());
    } else {
      request
          .header("Content-Type", "application/json")
          .method(
              operation.method().toUpperCase(),
              HttpRequest.BodyPublishers.ofString(filled(example.toString())));
    }
    Answer answer = platform.send(request);
    assertThat(answer.status()).as(operation.id() + ": " + answer.text()).isEqualTo(200);
  }

  private static String filled(String text) {
    return PLACE.matcher(text).replaceAll(match -> things.make(match.group(1)));
  }

  @Test
  void theCheckNoticesWhatTheDocumentDoesNotSay() {
    ApiDocument document = platform.document();
    URI ping = URI.create(platform.url() + "/v1.0/project/ping");
    assertThatCode(
            () -> document.check("GET", ping, Optional.empty(), 200, "{\"status\":\"pong\"}"))
        .doesNotThrowAnyException();
    for (String answer :
        new String[] {"{}", "{\"status\":\"ping\"}", "{\"status\":\"pong\",\"x\":1}"}) {
      assertThatThrownBy(() -> document.check("GET", ping, Optional.empty(), 200, answer))
          .as(answer)
          .isInstanceOf(AssertionError.class);
    }
    assertThatThrownBy(() ->
            document.check(
                "GET", ping, Optional.empty(), 401, "{\"error\":\"no\",\"code\":\"new\"}"))
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> document.check("GET", ping, Optional.empty(), 418, "{}"))
        .isInstanceOf(AssertionError.class);
    URI unknown = URI.create(platform.url() + "/v1.0/secret");
    assertThatThrownBy(() -> document.check("GET", unknown, Optional.empty(), 200, "{}"))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void everyObjectInAnAnswerIsClosed() {
    JsonNode components = platform.document().json().at("/components/schemas");
    assertThat(components).isNotEmpty();
    assertClosed(components);
    platform.document().operations().stream()
        .map(operation -> operation.json().at("/responses/200/content/application~1json/schema"))
        .forEach(ApiDocumentTest::assertClosed);
  }

  private static void assertClosed(JsonNode schema) {
    if (schema instanceof ObjectNode && schema.has("properties")) {
      assertThat(schema.path("additionalProperties").toString()).isEqualTo("false");
    }
    schema.forEach(ApiDocumentTest::assertClosed);
  }

  @Test
  void operationsHaveNamesOfTheirOwn() {
    assertThat(platform.document().operations())
        .extracting(ApiDocument.Operation::id)
        .doesNotHaveDuplicates()
        .allMatch(id -> id.matches("[a-z][A-Za-z]+"));
  }

  @Test
  void thePageAsksNobodyElseAndRunsOnlyItsOwnFiles() throws Exception {
    HttpResponse<String> page = fetch("");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
        .contains("default-src 'none'", "script-src 'self';", "connect-src 'self'")
        .doesNotContain("unsafe", "*");
    assertThat(page.body()).doesNotContain("http:", "https:", "<style", "style=", "onload");
    var sources =
        Pattern.compile("(?:src|href)=\"(/[^\"]+)\"").matcher(page.body()).results().toList();
    assertThat(sources).hasSize(3);
    for (var source : sources) {
      String path = source.group(1).substring("/v1.0/docs".length());
      assertThat(fetch(path).statusCode()).as(path).isEqualTo(200);
    }
    assertThat(page.body()).doesNotContain("<script>");
  }

  private static HttpResponse<String> fetch(String path) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(URI.create(platform.url() + "/v1.0/docs" + path)).build(),
          BodyHandlers.ofString());
    }
  }
}
