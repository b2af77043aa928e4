package com.iottly.platform.server;

import static com.iottly.platform.server.Answers.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.iottly.platform.server.TestPlatform.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signing in and out, and what keeps others from doing it for you. */
class SessionsTest {

  @TempDir static Path folder;

  private static TestPlatform platform;

  @BeforeAll
  static void open() {
    platform = TestPlatform.on(folder, Map.of("SESSION_PER_USER", "3"));
  }

  @AfterAll
  static void close() {
    platform.close();
  }

  @Test
  void theCookieIsForNoScriptAndNoOtherSiteAndNeedsTlsWhereWeHaveIt() {
    String user = Person.createUser(platform);
    String cookie =
        Person.signIn(platform, user, Person.PASSWORD)
            .response()
            .headers()
            .firstValue("Set-Cookie")
            .orElseThrow();
    assertThat(cookie)
        .matches(
            "iottly_session=[A-Za-z0-9_-]{43}; Path=/; Max-Age=604800; HttpOnly; SameSite=Strict");
    try (TestPlatform behindTls =
        TestPlatform.on(
            folder.resolve("tls"), Map.of("SERVER_PUBLIC_URL", "https://iot.example.com"))) {
      String other = Person.createUser(behindTls);
      assertThat(
              Person.signIn(behindTls, other, Person.PASSWORD)
                  .response()
                  .headers()
                  .firstValue("Set-Cookie"))
          .hasValueSatisfying(set -> assertThat(set).endsWith("; Secure"));
    }
  }

  @Test
  void onlyTheHashOfASessionIsStored() throws Exception {
    Person ada = Person.create(platform);
    String secret = ada.cookie().substring(ada.cookie().indexOf('=') + 1);
    for (String file : List.of("iottly.db", "iottly.db-wal")) {
      byte[] bytes = Files.readAllBytes(folder.resolve(file));
      assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).doesNotContain(secret);
    }
  }

  @Test
  void whatChangesSomethingNeedsTheTokenOfTheSession() {
    Person ada = Person.create(platform, "--administrator");
    Person eve = Person.create(platform);
    String body = "{\"name\": \"By a form\"}";
    for (String token : new String[] {"", "x", eve.csrfToken()}) {
      Answer answer =
          platform.send(
              platform
                  .plainRequest("projects")
                  .header("Cookie", ada.cookie())
                  .header("X-CSRF-Token", token)
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofString(body)));
      assertRefused(answer, 403, "csrf_token_wrong");
    }
    assertRefused(
        platform.send(platform.plainRequest("session").header("Cookie", ada.cookie()).DELETE()),
        403,
        "csrf_token_wrong");
    assertThat(ada.get("session").json().get("csrf_token").asText()).isEqualTo(ada.csrfToken());
    assertThat(ada.post("projects", body).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://evil.example", "null", "http://127.0.0.1", "http://127.0.0.1:1"})
  void aPageOfAnotherSiteMayChangeNothing(String origin) {
    Person ada = Person.create(platform, "--administrator");
    assertRefused(
        platform.send(ada.request("session").header("Origin", origin).DELETE()),
        403,
        "wrong_origin");
    Answer signIn =
        platform.send(
            platform
                .plainRequest("session")
                .header("Origin", origin)
                .header("Content-Type", "application/json")
                .POST(
                    BodyPublishers.ofString(
                        "{\"name\": \"%s\", \"password\": \"%s\"}"
                            .formatted(ada.name(), Person.PASSWORD))));
    assertRefused(signIn, 403, "wrong_origin");
    assertThat(
            platform
                .send(ada.request("session").header("Origin", platform.url()).DELETE())
                .status())
        .isEqualTo(200);
  }

  @Test
  void noOtherSiteIsAllowedToReadAnswers() {
    Person ada = Person.create(platform);
    Answer answer =
        platform.send(ada.request("session").header("Origin", "https://evil.example").GET());
    assertThat(answer.response().headers().map().keySet())
        .noneMatch(name -> name.toLowerCase().startsWith("access-control-"));
  }

  @Test
  void whoSignsOutIsOutAndTheCookieIsTakenAway() {
    Person ada = Person.create(platform);
    Answer out = ada.delete("session");
    assertThat(out.response().headers().firstValue("Set-Cookie"))
        .hasValueSatisfying(
            set -> assertThat(set).startsWith("iottly_session=; Path=/; Max-Age=0"));
    assertRefused(ada.get("session"), 401, "not_signed_in");
    assertRefused(ada.get("projects"), 401, "not_signed_in");
  }

  @Test
  void aNewPasswordEndsTheOtherSessionsAndNotThisOne() {
    Person here = Person.create(platform);
    Person there =
        Person.signedIn(
            platform, here.name(), Person.signIn(platform, here.name(), Person.PASSWORD));
    String change = "{\"old_password\": \"%s\", \"new_password\": \"%s\"}";
    assertRefused(
        here.put("session/password", change.formatted("wrong", "another password")),
        403,
        "wrong_password");
    assertRefused(
        here.put("session/password", change.formatted(Person.PASSWORD, "short")),
        400,
        "bad_password");
    assertThat(there.get("session").status()).isEqualTo(200);
    assertThat(
            here.put("session/password", change.formatted(Person.PASSWORD, "another password"))
                .status())
        .isEqualTo(200);
    assertThat(here.get("session").status()).isEqualTo(200);
    assertRefused(there.get("session"), 401, "not_signed_in");
    assertRefused(Person.signIn(platform, here.name(), Person.PASSWORD), 401, "wrong_password");
    assertThat(Person.signIn(platform, here.name(), "another password").status()).isEqualTo(200);
  }

  @Test
  void sessionsAreListedAndEndedAndTheOldestGoesWhenThereAreTooMany() {
    Person first = Person.create(platform);
    Person second = again(first);
    var list = first.get("sessions").json().get("sessions");
    assertThat(list).hasSize(2);
    assertThat(list.findValuesAsText("current")).containsExactlyInAnyOrder("true", "false");
    String id = second.get("session").json().get("session").asText();
    Person stranger = Person.create(platform);
    assertRefused(stranger.delete("sessions/" + id), 404, "session_unknown");
    assertRefused(stranger.delete("sessions/x"), 404, "session_unknown");
    assertThat(first.delete("sessions/" + id).status()).isEqualTo(200);
    assertRefused(second.get("session"), 401, "not_signed_in");
    Person third = again(first);
    Person fourth = again(first);
    Person fifth = again(first);
    assertRefused(first.get("session"), 401, "not_signed_in");
    assertThat(List.of(third, fourth, fifth))
        .allMatch(person -> person.get("session").status() == 200);
  }

  private static Person again(Person person) {
    return Person.signedIn(
        platform, person.name(), Person.signIn(platform, person.name(), Person.PASSWORD));
  }

  @Test
  void aDeletedUserIsOutAtOnce() {
    Person ada = Person.create(platform);
    Person admin = Person.create(platform, "--administrator");
    assertThat(admin.delete("users/" + ada.name()).status()).isEqualTo(200);
    assertRefused(ada.get("session"), 401, "not_signed_in");
    assertRefused(Person.signIn(platform, ada.name(), Person.PASSWORD), 401, "wrong_password");
  }

  @Test
  void whoGuessesPasswordsHasToWaitAndTheOthersDoNot() {
    String guessed = Person.createUser(platform);
    String other = Person.createUser(platform);
    for (int i = 0; i < 5; i++) {
      assertRefused(Person.signIn(platform, guessed, "wrong password"), 401, "wrong_password");
    }
    for (String password : List.of("wrong password", Person.PASSWORD)) {
      Answer refused = Person.signIn(platform, guessed.toUpperCase(), password);
      assertRefused(refused, 429, "too_many_attempts");
      assertThat(refused.response().headers().firstValueAsLong("Retry-After").orElseThrow())
          .isBetween(1L, 901L);
    }
    assertThat(Person.signIn(platform, other, Person.PASSWORD).status()).isEqualTo(200);
  }

  @Test
  void aKeyIsNotAPersonAndGoesBeforeTheCookie() {
    Person ada = Person.create(platform, "--administrator");
    assertRefused(platform.get("session"), 403, "people_only");
    assertRefused(platform.get("users"), 403, "people_only");
    assertThat(platform.get("projects").json().get("projects")).hasSize(1);
    assertThat(platform.get("projects?search=nothing").json().get("projects")).isEmpty();
    assertRefused(
        platform.send(ada.request("session").header("Authentication", "bearer nonsense").GET()),
        401,
        "key_unknown");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "iottly_session=",
        "iottly_session=x",
        "iottly_session",
        "a=b; iottly_session=\"; c=d",
        ";;;=;",
        "iottly_session=%00",
      })
  void oddCookiesAreNobody(String cookie) {
    assertRefused(
        platform.send(platform.plainRequest("session").header("Cookie", cookie).GET()),
        401,
        "not_signed_in");
    assertRefused(
        platform.send(
            platform.plainRequest("project/" + platform.project()).header("Cookie", cookie).GET()),
        401,
        "not_signed_in",
        "key_missing");
  }
}
