package com.iottly.platform.server;

import static com.iottly.platform.server.Answers.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.iottly.platform.server.TestPlatform.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/** The first administrator of an installation. */
class FirstSetupTest {

  /** Its example needs an installation that nobody looks after yet, so it runs here. */
  static final String OPERATION = "completeSetup";

  private static final Logger LOG = (Logger) LoggerFactory.getLogger(Server.class);

  @TempDir Path folder;

  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
  private TestPlatform platform;

  @BeforeEach
  void open() {
    logged.start();
    LOG.addAppender(logged);
    platform = TestPlatform.on(folder);
  }

  @AfterEach
  void close() {
    platform.close();
    LOG.detachAppender(logged);
  }

  /** What an operator reads in the log of the last start. */
  private Optional<String> tokenInTheLog() {
    return logged.list.reversed().stream()
        .flatMap(event -> Optional.ofNullable(event.getKeyValuePairs()).orElse(List.of()).stream())
        .filter(pair -> pair.key.equals("token"))
        .map((KeyValuePair pair) -> pair.value.toString())
        .findFirst();
  }

  private Answer complete(String token, String name, String password) {
    return complete(
        "{\"token\": \"%s\", \"name\": \"%s\", \"password\": \"%s\"}"
            .formatted(token, name, password));
  }

  private Answer complete(String body) {
    return platform.send(
        platform
            .plainRequest("setup")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  private boolean isNeeded() {
    return platform.send(platform.plainRequest("setup")).json().get("needed").asBoolean();
  }

  @Test
  void theTokenInTheLogMakesTheFirstAdministratorAndSignsThemIn() {
    String token = tokenInTheLog().orElseThrow();
    assertThat(isNeeded()).isTrue();
    assertRefused(complete("x" + token, "ada", Person.PASSWORD), 403, "wrong_setup_token");
    assertRefused(complete(token, "ada", "short"), 400, "bad_user");
    assertRefused(complete(token, "a b", Person.PASSWORD), 400, "bad_user");

    String example =
        platform.document().operations().stream()
            .filter(operation -> operation.id().equals(OPERATION))
            .findFirst()
            .orElseThrow()
            .json()
            .at("/requestBody/content/application~1json/example")
            .toString();
    Answer done = complete(example.replace("{setup_token}", token));
    assertThat(done.json().get("administrator").asBoolean()).isTrue();
    Person ada = Person.signedIn(platform, "ada", done);
    assertThat(ada.get("session").json().get("user").asText()).isEqualTo("ada");
    assertThat(ada.post("projects", "{\"name\": \"First\"}").status()).isEqualTo(200);

    platform.restart();
    assertThat(ada.get("session").status()).as("sessions outlive the server").isEqualTo(200);
    assertThat(isNeeded()).isFalse();
    assertRefused(complete(token, "eve", Person.PASSWORD), 409, "setup_done");
  }

  @Test
  void aTokenIsGoodUntilTheServerEndsAndNoneIsMadeWhenThereIsAnAdministrator() {
    String first = tokenInTheLog().orElseThrow();
    platform.restart();
    String second = tokenInTheLog().orElseThrow();
    assertThat(second).isNotEqualTo(first);
    assertRefused(complete(first, "ada", Person.PASSWORD), 403, "wrong_setup_token");
    assertThat(complete(second, "ada", Person.PASSWORD).status()).isEqualTo(200);
    logged.list.clear();
    platform.restart();
    assertThat(tokenInTheLog()).isEmpty();
  }

  @Test
  void anAdministratorOfTheAdminSocketEndsTheNeedToo() {
    String token = tokenInTheLog().orElseThrow();
    String _ = Person.createUser(platform);
    assertThat(isNeeded()).isTrue();
    String _ = Person.createUser(platform, "--administrator");
    assertThat(isNeeded()).isFalse();
    assertRefused(complete(token, "eve", Person.PASSWORD), 409, "setup_done");
  }
}
