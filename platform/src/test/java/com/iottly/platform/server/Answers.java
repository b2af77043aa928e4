package com.iottly.platform.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.iottly.platform.server.RawHttp.Response;
import com.iottly.platform.server.TestPlatform.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What the tests of the API look at in its answers. */
final class Answers {

  private Answers() {}

  static void assertRefused(Answer answer, int status, String... codes) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(fields(answer.json())).containsExactly("error", "code");
    assertThat(codes).contains(answer.json().get("code").asText());
    assertThat(answer.json().get("error").asText()).isNotBlank();
    assertThat(answer.text()).hasSizeLessThan(2_000);
    assertNothingInternal(answer.text());
  }

  static void assertRefused(Response answer, int status, String code) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.json().get("code").asText()).isEqualTo(code);
    assertThat(answer.json().get("error").asText()).isNotBlank();
    assertThat(answer.headers()).containsEntry("content-type", "application/json");
    assertNothingInternal(answer.body());
  }

  static void assertNothingInternal(String text) {
    assertThat(text)
        .doesNotContainIgnoringCase("exception")
        .doesNotContain("com.iottly", "java.", "jackson", "io.vertx", "netty", "Stream", "\tat ");
  }

  /** The names of an object's members, in their order. */
  static List<String> fields(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** For a URL's query. */
  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
