package com.iottly.platform.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.iottly.platform.webhook.WebhookDefinition.Header;
import com.iottly.platform.webhook.WebhookDefinition.Type;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a webhook's owner may write. */
class WebhookRulesTest {

  private static final String URL = "https://example.com/hook";
  private final WebhookRules strict = new WebhookRules(EndpointPolicy.strict());

  private Optional<String> problem(
      String description, String url, @Nullable String channel, List<Header> headers) {
    return strict.problem(
        new WebhookDefinition(description, url, Type.USER, channel, false, headers));
  }

  private Optional<String> url(String url) {
    return problem("x", url, null, List.of());
  }

  private Optional<String> headers(Header... headers) {
    return problem("x", URL, null, List.of(headers));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://example.com",
        "HTTPS://Example.com:8443/a/b?c=d%20e",
        "https://192.0.2.1/hook",
        "https://[2001:db8::1]:9000/",
        "https://example.com.",
        "https://1.example.com"
      })
  void anUsualUrlIsFine(String url) {
    assertThat(url(url)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "http://example.com, webhook.allow_http",
    "ftp://example.com, https://",
    "example.com, https://",
    "/hook, https://",
    "https:///hook, no host",
    "https:hook, no host",
    "https://user:secret@example.com/, custom header",
    "https://example.com/#part, fragment",
    "https://example.com:0/, port",
    "https://example.com:65536/, port",
    "https://exa mple.com/, can't be read",
    "https://exämple.com/, ASCII",
    "https://0x7f.1/, 192.0.2.1",
    "https://0x7f000001/, 192.0.2.1",
    "https://2130706433/, 192.0.2.1",
    "https://0177.0.0.1/, 192.0.2.1",
    "https://127.1/, 192.0.2.1",
    "https://1.2.3.256/, 192.0.2.1"
  })
  void anotherUrlIsRefusedWithTheReason(String url, String reason) {
    assertThat(url(url)).hasValueSatisfying(problem -> assertThat(problem).contains(reason));
  }

  @Test
  void textsHaveTheirLengths() {
    assertThat(problem("d".repeat(200), URL, "c".repeat(255), List.of())).isEmpty();
    assertThat(problem("d".repeat(201), URL, null, List.of())).isPresent();
    assertThat(problem("", URL, null, List.of())).isPresent();
    assertThat(problem("d", URL, "c".repeat(256), List.of())).isPresent();
    assertThat(problem("d", URL, "", List.of())).isPresent();
    String longest = URL + "?" + "q".repeat(2_048 - URL.length() - 1);
    assertThat(url(longest)).isEmpty();
    assertThat(url(longest + "q")).isPresent();
  }

  @Test
  void thereAreAtMostFiveHeadersEachOnce() {
    Header[] five =
        IntStream.range(0, 5).mapToObj(n -> new Header("X-" + n, "v")).toArray(Header[]::new);
    assertThat(headers(five)).isEmpty();
    Header[] six =
        IntStream.range(0, 6).mapToObj(n -> new Header("X-" + n, "v")).toArray(Header[]::new);
    assertThat(headers(six))
        .hasValueSatisfying(problem -> assertThat(problem).contains("6", "at most 5"));
    assertThat(headers(new Header("X-Key", "a"), new Header("x-kEY", "b"))).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host",
        "content-LENGTH",
        "Content-Type",
        "Transfer-Encoding",
        "Connection",
        "Keep-Alive",
        "Proxy-Authorization",
        "TE",
        "Trailer",
        "Upgrade",
        "Expect",
        "Webhook-Id",
        "webhook-timestamp",
        "webhook-signature",
        "X Key",
        "X-Key:",
        "X\r\nHost",
        "X-Ké",
        ""
      })
  void aHeaderThatIsOursOrNoHeaderIsRefused(String name) {
    assertThat(headers(new Header(name, "v"))).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "a\r\nHost: evil",
        "a\nb",
        "a\rb",
        "a\u0000b",
        "é",
        " a",
        "a ",
        "a\u007f"
      })
  void aValueThatBreaksOutOfItsLineIsRefused(String value) {
    assertThat(headers(new Header("X-Key", value)))
        .hasValueSatisfying(
            problem -> assertThat(problem).contains("X-Key").doesNotContain("evil"));
  }

  @Test
  void headersHaveTheirLengths() {
    assertThat(headers(new Header("n".repeat(100), "v".repeat(1_000)))).isEmpty();
    assertThat(headers(new Header("n".repeat(101), "v"))).isPresent();
    assertThat(headers(new Header("n", "v".repeat(1_001)))).isPresent();
  }
}
