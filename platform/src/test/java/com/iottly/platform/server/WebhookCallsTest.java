package com.iottly.platform.server;

import static com.iottly.platform.server.Answers.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.platform.server.TestPlatform.Answer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The calls that make and change webhooks, and what they refuse. */
class WebhookCallsTest extends WebhookFixture {

  private Answer tryCreate(String body) {
    return call("POST", "", body);
  }

  private static ObjectNode withHeader(String name, String value) {
    ObjectNode definition = definition("https://127.0.0.1:1/");
    definition.putArray("headers").addObject().put("name", name).put("value", value);
    return definition;
  }

  @Test
  void aSixthWebhookIsRefused() {
    IntStream.range(0, 5).forEach(_ -> create());
    Answer sixth = tryCreate(definition(endpoint.url()).toString());
    assertRefused(sixth, 400, "bad_webhook");
    assertThat(sixth.text()).contains("5 webhooks");
    assertThat(ok(call("GET", "", "")).get("webhooks")).hasSize(5);
  }

  @Test
  void aSixthHeaderIsRefused() {
    ObjectNode definition = definition(endpoint.url());
    var headers = definition.putArray("headers");
    IntStream.range(0, 6).forEach(n -> headers.addObject().put("name", "X-" + n).put("value", "v"));
    assertRefused(tryCreate(definition.toString()), 400, "bad_webhook");
  }

  @Test
  void aHeaderThatBreaksOutIsRefusedAndNotRepeated() {
    Answer answer = tryCreate(withHeader("X-Key", "a\r\nHost: evil").toString());
    assertRefused(answer, 400, "bad_webhook");
    assertThat(answer.text()).contains("X-Key").doesNotContain("evil");
    assertRefused(tryCreate(withHeader("Host", "evil").toString()), 400, "bad_webhook");
    assertRefused(
        tryCreate(withHeader("Webhook-Signature", "v1,x").toString()), 400, "bad_webhook");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "not json | bad_json",
        "[] | bad_json",
        "{} | missing_member",
        "{\"description\":\"x\",\"url\":\"https://127.0.0.1/\",\"type\":\"agent\"} | bad_member",
        "{\"description\":\"x\",\"url\":1,\"type\":\"user\"} | bad_member",
        "{\"description\":\"x\",\"url\":\"nowhere\",\"type\":\"user\"} | bad_webhook",
        "{\"description\":\"\",\"url\":\"https://127.0.0.1/\",\"type\":\"user\"} | bad_webhook",
        "{\"description\":\"x\",\"url\":\"https://127.0.0.1/\",\"type\":\"user\",\"x\":1} | unknown_member",
        "{\"description\":\"x\",\"url\":\"https://10.0.0.1/\",\"type\":\"user\"} | bad_webhook",
        "{\"description\":\"x\",\"url\":\"https://169.254.169.254/\",\"type\":\"user\"} | bad_webhook",
        "{\"description\":\"x\",\"url\":\"https://[::1]/\",\"type\":\"user\"} | bad_webhook",
        "{\"description\":\"x\",\"url\":\"https://0x7f.1/\",\"type\":\"user\"} | bad_webhook"
      })
  void aBadDefinitionIsRefusedAndMakesNothing(String body, String code) {
    assertRefused(tryCreate(body), 400, code);
    assertThat(ok(call("GET", "", "")).get("webhooks")).isEmpty();
  }

  @Test
  void aWebhookOfNobodyIsUnknown() {
    String nobody = "/0123456789abcdef01234567";
    for (String rest : new String[] {"", "/deliveries", "/dead_letters"}) {
      assertRefused(call("GET", nobody + rest, ""), 404, "webhook_unknown");
    }
    for (String rest : new String[] {"/pause", "/resume", "/secret", "/test"}) {
      assertRefused(call("POST", nobody + rest, ""), 404, "webhook_unknown");
    }
    assertRefused(call("DELETE", nobody, ""), 404, "webhook_unknown");
    assertRefused(call("GET", "/x", ""), 404, "webhook_unknown");
    assertRefused(
        call("POST", nobody + "/replay", "{\"since\":\"2026-01-01\"}"), 404, "webhook_unknown");
  }

  @Test
  void aReplayNeedsOnePlaceAndARedeliveryAMessageThatIsThere() {
    String hook = "/" + create();
    assertRefused(call("POST", hook + "/replay", "{}"), 400, "bad_replay");
    assertRefused(call("POST", hook + "/replay", "{\"since\":\"soon\"}"), 400, "bad_time");
    assertRefused(call("POST", hook + "/replay", "{\"message\":\"x\"}"), 400, "bad_message_id");
    String device = "00000000-0000-4000-8000-000000000000";
    assertRefused(
        call(
            "POST",
            hook + "/redeliver",
            "{\"device\":\"%s\",\"message\":\"%s\"}".formatted(device, "0".repeat(24))),
        404,
        "message_unknown");
  }

  @Test
  void aKeyWithoutTheScopeMayNotLook() {
    assertRefused(platform.get(path("")), 403, "scope_missing");
  }

  @Test
  void secretsAndHeaderValuesAreShownOnceOrNeverAndLieEncrypted() throws Exception {
    ObjectNode definition = definition(endpoint.url());
    definition.putArray("headers").addObject().put("name", "X-Key").put("value", "value-not-shown");
    JsonNode made = create(definition);
    String secret = made.get("secret").asText();
    assertThat(secret).matches("whsec_[A-Za-z0-9+/]{43}=");
    String hook = "/" + made.get("id").asText();
    ok(call("PUT", hook, "{\"description\":\"other\",\"headers\":[{\"name\":\"x-key\"}]}"));
    for (String path : new String[] {"", hook}) {
      assertThat(call("GET", path, "").text()).doesNotContain(secret).doesNotContain("not-shown");
    }
    send(platform.provision("pump"), 1, 1);
    assertThat(endpoint.next().headers()).containsEntry("x-key", "value-not-shown");
    try (Stream<Path> files = Files.walk(data())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
            .as(file.toString())
            .doesNotContain(secret.substring(6))
            .doesNotContain("value-not-shown");
      }
    }
  }

  @Test
  void whoChangedWhatStandsInTheAuditLog() {
    String hook = "/" + create();
    ok(call("PUT", hook, "{\"description\":\"b\"}"));
    ok(call("POST", hook + "/secret", ""));
    ok(call("POST", hook + "/pause", ""));
    ok(call("POST", hook + "/resume", ""));
    ok(call("POST", hook + "/replay", "{\"since\":\"2026-01-01\"}"));
    ok(call("DELETE", hook, ""));
    JsonNode log =
        ok(
            platform.send(
                platform
                    .plainRequest("project/" + platform.project() + "/audit?limit=7")
                    .header("Authentication", "bearer " + manageKey)
                    .GET()));
    assertThat(log.get("entries").valueStream().map(entry -> entry.get("action").asText()))
        .containsExactly(
            "webhook.delete",
            "webhook.replay",
            "webhook.resume",
            "webhook.pause",
            "webhook.secret",
            "webhook.update",
            "webhook.create");
  }

  @Test
  void whatAPutLeavesOutStays() {
    ObjectNode definition =
        definition(endpoint.url()).put("channel", "a").put("payload_only", true);
    String hook = "/" + create(definition).get("id").asText();
    JsonNode changed = ok(call("PUT", hook, "{\"description\":\"b\"}"));
    assertThat(changed.get("description").asText()).isEqualTo("b");
    assertThat(changed.get("channel").asText()).isEqualTo("a");
    assertThat(changed.get("payload_only").asBoolean()).isTrue();
    assertThat(ok(call("PUT", hook, "{\"channel\":null}")).get("channel").isNull()).isTrue();
  }
}
