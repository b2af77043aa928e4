package com.iottly.platform.server;

import static com.iottly.platform.server.Answers.assertNothingInternal;
import static com.iottly.platform.server.Answers.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.iottly.platform.server.RawHttp.Response;
import com.iottly.platform.server.TestPlatform.Answer;
import com.iottly.platform.server.TestPlatform.Provisioned;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a request looks like: an answer in JSON, and the platform goes on. */
class BadRequestTest {

  @TempDir static Path folder;

  private static TestPlatform platform;
  private static Provisioned device;
  private static String commands;
  private static String project;

  @BeforeAll
  static void open() {
    platform = TestPlatform.on(folder);
    device = platform.provision("bad input");
    commands = platform.device(device.id()) + "/command";
    project = "project/" + platform.project();
  }

  @AfterAll
  static void close() {
    platform.close();
  }

  @AfterEach
  void thePlatformStillAnswers() {
    assertThat(platform.get("project/ping").text()).isEqualTo("{\"status\": \"pong\"}");
  }

  @ParameterizedTest
  @CsvSource({
    "POST, project/ping, GET",
    "HEAD, project/ping, GET",
    "OPTIONS, project/ping, GET",
    "BREW, project/ping, GET",
    "TRACE, project/ping, GET",
    "GET, agent/provision, POST",
    "PATCH, project/0/device/0/props, 'GET, PUT'",
    "DELETE, project/0/device/0/command, 'GET, POST'",
    "PUT, project/0/device/0/command/0, 'DELETE, GET'",
  })
  void aMethodThatThePathDoesNotTakeIsRefusedWithThoseItTakes(
      String method, String path, String allowed) throws IOException {
    Response answer = RawHttp.exchange(platform, RawHttp.head(platform, method, path));
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.headers()).containsEntry("allow", allowed);
    if (!method.equals("HEAD")) {
      assertRefused(answer, 405, "method_not_allowed");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "project",
        "project/",
        "ping",
        "project/ping/x",
        "project//x/y/z",
        "../v1.0",
        "%70roject/ping",
      })
  void aPathThatIsNotThereIs404(String path) throws IOException {
    assertRefused(
        RawHttp.exchange(platform, RawHttp.head(platform, "GET", path)), 404, "unknown_path");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1.0", "/v2.0/project/ping", "/health/", "/agent", "//", "/%2e%2e/"})
  void outsideOfTheApiIs404Too(String path) throws IOException {
    Response answer =
        RawHttp.exchange(platform, "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assertRefused(answer, 404, "unknown_path");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonp",
        "multipart/form-data; boundary=x",
        "application/json5; charset=utf-8",
        ";"
      })
  void aBodyThatIsNotDeclaredAsJsonIs415(String type) {
    Answer answer =
        platform.send(
            platform
                .request(commands)
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString("{\"cmd_type\": \"echo\"}")));
    assertRefused(answer, 415, "unsupported_media_type");
    assertRefused(
        platform.send(
            platform
                .request(platform.device(device.id()) + "/props")
                .header("Content-Type", type)
                .PUT(BodyPublishers.ofString("{\"name\": \"a\"}"))),
        415,
        "unsupported_media_type");
  }

  @Test
  void aBodyWithoutAMediaTypeIs415() {
    assertRefused(
        platform.send(platform.request(commands).POST(BodyPublishers.ofString("{}"))),
        415,
        "unsupported_media_type");
  }

  @Test
  void aBodyDeclaredTooLargeIsRefusedBeforeItComes() throws IOException {
    Response answer =
        RawHttp.exchange(
            platform,
            RawHttp.head(
                platform,
                "POST",
                commands,
                "Content-Type: application/json",
                "Content-Length: 1048577"));
    assertRefused(answer, 413, "body_too_large");
  }

  @Test
  void aChunkedBodyThatGrowsTooLargeIsRefusedAndTheConnectionEnded() throws IOException {
    try (RawHttp http = RawHttp.connect(platform)) {
      http.send(
          RawHttp.head(
              platform,
              "POST",
              commands,
              "Content-Type: application/json",
              "Transfer-Encoding: chunked"));
      String chunk = "10000\r\n" + " ".repeat(0x10000) + "\r\n";
      for (int i = 0; i < 17; i++) {
        http.send(chunk);
      }
      assertRefused(http.read(), 413, "body_too_large");
      assertThat(http.isEnded()).isTrue();
    }
  }

  @Test
  void aBodyOfExactlyTheLimitIsTaken() {
    String body = "{\"cmd_type\": \"nope\"}";
    assertRefused(
        platform.post(commands, body + " ".repeat((1 << 20) - body.length())),
        400,
        "command_unknown");
    assertRefused(
        platform.post(commands, body + " ".repeat((1 << 20) + 1 - body.length())),
        413,
        "body_too_large");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: -1",
        "Content-Length: x",
        "Content-Length: 99999999999999999999",
        "Content-Length: 1\r\nContent-Length: 2",
        "Content Length: 1",
        ": x",
        "a\u0000b: 1",
        "X: a\u0000b",
      })
  void aRequestThatIsNoHttpIsRefused(String headers) throws IOException {
    try (RawHttp http = RawHttp.connect(platform)) {
      http.send(
          RawHttp.head(platform, "POST", commands, "Content-Type: application/json", headers));
      Response answer = http.read();
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.json().get("error").asText()).isNotBlank();
      assertThat(answer.json().get("code").asText()).isNotBlank();
      assertNothingInternal(answer.body());
    }
  }

  @Test
  void aVeryLongAddressIs414() throws IOException {
    assertRefused(
        RawHttp.exchange(
            platform, RawHttp.head(platform, "GET", "project/ping?" + "a".repeat(70_000))),
        414,
        "uri_too_long");
  }

  @Test
  void anAddressOfLessThanTheLimitIsRead() throws IOException {
    Response answer =
        RawHttp.exchange(
            platform, RawHttp.head(platform, "GET", "project/ping?" + "a".repeat(64_000)));
    assertThat(answer.status()).isEqualTo(200);
  }

  @Test
  void veryLongHeadersAre431() throws IOException {
    assertRefused(
        RawHttp.exchange(
            platform, RawHttp.head(platform, "GET", "project/ping", "X: " + "a".repeat(70_000))),
        431,
        "headers_too_large");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host: a b",
        "Host: a/b",
        "Host: \"",
        "Host: <script>",
        "Host: a@b",
        "Host: ",
        "X: y",
        "Host: localhost:99999",
        "Host: localhost:x",
        "Host: a\u00e8",
      })
  void aHostThatIsNoneIsRefused(String host) throws IOException {
    Response answer =
        RawHttp.exchange(
            platform,
            "GET /v1.0/"
                + project
                + "/inspect HTTP/1.1\r\n"
                + host
                + "\r\nAuthentication: bearer "
                + platform.key()
                + "\r\n\r\n");
    assertRefused(answer, 400, "bad_host");
  }

  @Test
  void whatACallerSendsNeverBecomesAHeaderOfTheAnswer() throws IOException {
    String injection = "a%0d%0aX-Injected:%201";
    for (String path :
        new String[] {
          "project/ping?" + injection + "=1&" + injection + "=2",
          platform.device(device.id()) + "/command?" + injection + "=" + injection,
          platform.device(device.id()) + "/messages/paginated?sort=" + injection,
          "project/" + injection + "/inspect",
          injection
        }) {
      Response answer = RawHttp.exchange(platform, RawHttp.head(platform, "GET", path));
      assertThat(answer.status()).isBetween(400, 499);
      assertThat(answer.headers()).doesNotContainKey("x-injected");
      assertThat(answer.json().get("error").asText()).isNotBlank();
    }
  }

  @Test
  void anIdempotencyKeyThatDoesNotFitIsRefused() {
    for (String key : new String[] {"", "k".repeat(256)}) {
      Answer answer =
          platform.send(
              platform
                  .request(commands)
                  .header("Content-Type", "application/json")
                  .header("Idempotency-Key", key)
                  .POST(BodyPublishers.ofString("{\"cmd_type\": \"echo\"}")));
      assertRefused(answer, 400, "bad_idempotency_key");
    }
  }

  @Test
  void requestsOnOneConnectionAreAnsweredInOrder() throws IOException {
    try (RawHttp http = RawHttp.connect(platform)) {
      http.send(
          RawHttp.head(platform, "GET", "project/ping")
              + RawHttp.head(platform, "GET", "nothing")
              + RawHttp.head(platform, "GET", "project/ping"));
      assertThat(http.read().status()).isEqualTo(200);
      assertThat(http.read().status()).isEqualTo(404);
      assertThat(http.read().status()).isEqualTo(200);
    }
  }

  @Test
  void aClientThatWaitsToBeToldToGoOnIsTold() throws IOException {
    try (RawHttp http = RawHttp.connect(platform)) {
      http.send(
          RawHttp.head(
              platform,
              "POST",
              commands,
              "Content-Type: application/json",
              "Content-Length: 2",
              "Expect: 100-continue"));
      assertThat(http.read().status()).isEqualTo(100);
      http.send("{}");
      assertRefused(http.read(), 400, "missing_member");
    }
  }
}
