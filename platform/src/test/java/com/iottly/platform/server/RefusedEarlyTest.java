package com.iottly.platform.server;

import static com.iottly.platform.server.Answers.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.iottly.platform.server.RawHttp.Response;
import com.iottly.platform.server.TestPlatform.Provisioned;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with a request's head is said without waiting for its body. */
class RefusedEarlyTest {

  private static final String JSON = "Content-Type: application/json";
  private static final String LENGTH = "Content-Length: 1000000";

  @TempDir static Path folder;

  private static TestPlatform platform;
  private static String commands;
  private static String readOnly;

  @BeforeAll
  static void open() {
    platform = TestPlatform.on(folder);
    Provisioned device = platform.provision("early");
    commands = platform.device(device.id()) + "/command";
    readOnly = platform.createKey("--scope", "read");
  }

  @AfterAll
  static void close() {
    platform.close();
  }

  private static String unauthenticated(String method, String path, String... headers) {
    return RawHttp.head(platform, method, path, headers)
        .replaceFirst("Authentication: [^\r]*\r\n", "");
  }

  private static void assertRefusedEarly(String head, int status, String code) throws IOException {
    try (RawHttp http = RawHttp.connect(platform)) {
      http.send(head);
      assertRefused(http.read(), status, code);
      assertThat(http.isEnded()).isTrue();
    }
  }

  @Test
  void aMissingKeyIsRefused() throws IOException {
    assertRefusedEarly(unauthenticated("POST", commands, JSON, LENGTH), 401, "key_missing");
  }

  @Test
  void anUnknownKeyIsRefused() throws IOException {
    assertRefusedEarly(
        unauthenticated("POST", commands, JSON, LENGTH, "Authorization: Bearer nonsense"),
        401,
        "key_unknown");
  }

  @Test
  void aKeyWithoutTheScopeIsRefused() throws IOException {
    assertRefusedEarly(
        unauthenticated("POST", commands, JSON, LENGTH, "Authorization: Bearer " + readOnly),
        403,
        "scope_missing");
  }

  @ParameterizedTest
  @CsvSource({
    "POST, project/000000000000000000000000/device/x/command, 403, wrong_project",
    "POST, project/nothing/at/all, 404, unknown_path",
    "PUT, project/ping, 405, method_not_allowed",
  })
  void whatThePathSaysIsRefused(String method, String path, int status, String code)
      throws IOException {
    assertRefusedEarly(RawHttp.head(platform, method, path, JSON, LENGTH), status, code);
  }

  @Test
  void aBodyThatIsNotDeclaredAsJsonIsRefused() throws IOException {
    assertRefusedEarly(
        RawHttp.head(platform, "POST", commands, LENGTH), 415, "unsupported_media_type");
  }

  @Test
  void whoAsksFirstIsRefusedInsteadOfBeingToldToGoOn() throws IOException {
    assertRefusedEarly(
        unauthenticated("POST", commands, JSON, LENGTH, "Expect: 100-continue"),
        401,
        "key_missing");
  }

  @Test
  void aShortBodyBehindARefusalIsPassedOverAndTheConnectionGoesOn() throws IOException {
    try (RawHttp http = RawHttp.connect(platform)) {
      http.send(unauthenticated("POST", commands, JSON, "Content-Length: 2"));
      assertRefused(http.read(), 401, "key_missing");
      http.send("{}" + RawHttp.head(platform, "GET", "project/ping"));
      assertThat(http.read().status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\r\n", "xyz\r\n", "-1\r\n", "fffffffffffffffff\r\n", ";\r\n"})
  void aBodyThatTurnsMalformedIs400AndTheConnectionIsEnded(String chunkSize) throws IOException {
    String head =
        RawHttp.head(platform, "POST", commands, JSON, "Transfer-Encoding: chunked") + "1\r\n{\r\n";
    try (RawHttp inOnePiece = RawHttp.connect(platform);
        RawHttp inTwo = RawHttp.connect(platform)) {
      inTwo.send(head);
      inOnePiece.send(head + chunkSize);
      assertRefused(inOnePiece.read(), 400, "bad_body");
      assertThat(inOnePiece.isEnded()).isTrue();
      inTwo.send(chunkSize);
      Response answer = inTwo.read();
      assertRefused(answer, 400, "bad_body");
      assertThat(answer.headers()).containsEntry("connection", "close");
      assertThat(inTwo.isEnded()).isTrue();
    }
  }
}
