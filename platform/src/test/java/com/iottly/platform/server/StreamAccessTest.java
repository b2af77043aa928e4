package com.iottly.platform.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may open a stream, and for how long. */
class StreamAccessTest {

  @TempDir static Path folder;

  private static TestPlatform platform;

  @BeforeAll
  static void open() {
    platform =
        TestPlatform.on(folder, Map.of("STREAM_TICKET_VALIDITY", "3s", "STREAM_HEARTBEAT", "1s"));
  }

  @AfterAll
  static void close() {
    platform.close();
  }

  private interface Opening {
    TestStream open() throws Exception;
  }

  private static void assertRefused(Opening opening, int status) {
    assertThatThrownBy(opening::open)
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            WebSocketHandshakeException.class,
            refusal -> {
              assertThat(refusal.getResponse().statusCode()).isEqualTo(status);
              assertThat(refusal.getResponse().headers().firstValue("content-type"))
                  .hasValue("application/json");
            });
  }

  @Test
  void aKeyOpensItInEitherSpelling() throws Exception {
    String key = platform.key();
    try (TestStream original = TestStream.open(platform, "Authentication", "bearer " + key);
        TestStream standard = TestStream.open(platform, "Authorization", "Bearer " + key)) {
      assertThat(original.untilPong()).isEmpty();
      assertThat(standard.untilPong()).isEmpty();
    }
  }

  @Test
  void whoMayNotComeInIsToldBeforeTheUpgradeInTheFormOfTheApi() throws Exception {
    String write = platform.createKey("--scope", "command");
    String path = "project/" + platform.project() + "/stream";
    assertCode(ask(platform.plainRequest(path)), 401, "key_missing");
    assertCode(
        ask(platform.plainRequest(path).header("Authentication", "bearer x")), 401, "key_unknown");
    assertCode(
        ask(platform.plainRequest(path).header("Authentication", "bearer " + write)),
        403,
        "scope_missing");
    assertCode(
        ask(platform.request("project/0123456789abcdef01234567/stream")), 403, "wrong_project");
    assertCode(ask(platform.request(path)), 426, "not_a_websocket");
    assertRefused(() -> TestStream.open(platform, "Authentication", "bearer no"), 401);
  }

  /** OpenAPI has no words for the call, so the document can't check it. */
  private static HttpResponse<String> ask(HttpRequest.Builder request) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(request.build(), BodyHandlers.ofString());
    }
  }

  private static void assertCode(HttpResponse<String> answer, int status, String code) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(TestPlatform.json(answer.body()).get("code").asText()).isEqualTo(code);
  }

  private static JsonNode ticket() {
    return platform.post("project/" + platform.project() + "/stream/ticket", "").json();
  }

  private static List<String> protocols(JsonNode ticket) {
    List<String> protocols = new ArrayList<>();
    ticket.get("protocols").forEach(protocol -> protocols.add(protocol.asText()));
    return protocols;
  }

  @Test
  void aTicketIsGoodOnce() throws Exception {
    List<String> protocols = protocols(ticket());
    try (TestStream stream = TestStream.withProtocols(platform, protocols)) {
      assertThat(stream.protocol()).isEqualTo("iottly-stream.v1");
      assertThat(stream.untilPong()).isEmpty();
    }
    assertRefused(() -> TestStream.withProtocols(platform, protocols), 401);
  }

  @Test
  void aTicketIsGoodForAMoment() throws Exception {
    JsonNode ticket = ticket();
    assertThat(ticket.get("expires_in").asInt()).isEqualTo(3);
    Instant end = Instant.now().plusMillis(3_001);
    Awaitility.await().until(() -> Instant.now().isAfter(end));
    assertRefused(() -> TestStream.withProtocols(platform, protocols(ticket)), 401);
  }

  @Test
  void aTicketIsGoodForItsProjectOnly() {
    String other = platform.admin("project", "create", "Other", "--json").get("id").asText();
    List<String> protocols = protocols(ticket());
    assertRefused(() -> TestStream.withProtocols(platform, other, protocols), 401);
  }

  @Test
  void aTicketDiesWithItsKey() {
    Key key = key();
    JsonNode ticket =
        platform
            .send(
                platform
                    .plainRequest("project/" + platform.project() + "/stream/ticket")
                    .header("Authentication", "bearer " + key.secret())
                    .POST(HttpRequest.BodyPublishers.noBody()))
            .json();
    delete(key);
    assertRefused(() -> TestStream.withProtocols(platform, protocols(ticket)), 401);
  }

  @Test
  void whoOffersSubProtocolsMustOfferOurs() {
    List<String> wrong = new ArrayList<>(protocols(ticket()));
    wrong.set(0, "iottly-stream.v9");
    assertRefused(() -> TestStream.withProtocols(platform, wrong), 400);
  }

  private record Key(String id, String secret) {}

  private static Key key(String... options) {
    List<String> arguments =
        new ArrayList<>(
            List.of("key", "create", platform.project(), "--description", "x", "--json"));
    arguments.addAll(List.of(options));
    JsonNode key = platform.admin(arguments.toArray(String[]::new));
    return new Key(key.get("id").asText(), key.get("secret").asText());
  }

  private static void delete(Key key) {
    platform.admin("key", "delete", platform.project(), key.id(), "--json");
  }

  @Test
  void deletingAKeyClosesItsStreamsAtOnceAndNoOthers() throws Exception {
    Key key = key();
    try (TestStream its = TestStream.open(platform, "Authentication", "bearer " + key.secret());
        TestStream other = TestStream.open(platform)) {
      delete(key);
      assertThat(its.closeCode()).isEqualTo(4401);
      assertThat(other.untilPong()).isEmpty();
    }
  }

  @Test
  void aKeyThatExpiresClosesItsStreams() throws Exception {
    Key key = key("--expires", "4s");
    try (TestStream its = TestStream.open(platform, "Authentication", "bearer " + key.secret())) {
      assertThat(its.untilPong()).isEmpty();
      assertThat(its.closeCode()).isEqualTo(4401);
    }
  }

  private static TestStream signedIn(Person person, String origin) throws Exception {
    String[] headers = {"Cookie", person.cookie(), "Origin", origin};
    return TestStream.withHeaders(platform, origin.isEmpty() ? Arrays.copyOf(headers, 2) : headers);
  }

  private static Person member() {
    Person person = Person.create(platform);
    Person owner = Person.create(platform, "--administrator");
    assertThat(
            owner
                .put(
                    "project/" + platform.project() + "/members/" + person.name(),
                    "{\"role\": \"viewer\"}")
                .status())
        .isEqualTo(200);
    return person;
  }

  @Test
  void whoIsSignedInOpensItFromOurPageOnly() throws Exception {
    Person person = member();
    try (TestStream stream = signedIn(person, platform.url())) {
      assertThat(stream.untilPong()).isEmpty();
    }
    assertRefused(() -> signedIn(person, ""), 403);
    assertRefused(() -> signedIn(person, "https://evil.example.com"), 403);
    assertRefused(() -> signedIn(Person.create(platform), platform.url()), 403);
  }

  @Test
  void signingOutClosesTheStreamsOfTheSessionAtOnce() throws Exception {
    Person person = member();
    try (TestStream stream = signedIn(person, platform.url());
        TestStream other = TestStream.open(platform)) {
      assertThat(person.delete("session").status()).isEqualTo(200);
      assertThat(stream.closeCode()).isEqualTo(4401);
      assertThat(other.untilPong()).isEmpty();
    }
  }

  @Test
  void whoIsNoMemberAnyMoreLosesTheStreamWithinAHeartbeat() throws Exception {
    Person person = member();
    Person owner = Person.create(platform, "--administrator");
    try (TestStream stream = signedIn(person, platform.url())) {
      assertThat(
              owner.delete("project/" + platform.project() + "/members/" + person.name()).status())
          .isEqualTo(200);
      assertThat(stream.closeCode()).isEqualTo(4401);
    }
  }
}
