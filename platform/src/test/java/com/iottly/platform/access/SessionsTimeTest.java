package com.iottly.platform.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long sessions last, and how long who guesses has to wait. */
class SessionsTimeTest {

  private static final SessionLimits LIMITS =
      new SessionLimits(
          Duration.ofDays(2), Duration.ofHours(10), 20, 3, 6, 8, Duration.ofMinutes(10));

  @TempDir Path folder;

  private AccessFixture fixture;
  private Sessions sessions;
  private User ada;

  @BeforeEach
  void open() {
    fixture = new AccessFixture(folder);
    Users users =
        new Users(fixture.database, fixture.clock, fixture.random, new PasswordCost(64, 1, 4));
    ada = ((Users.Change.Done) users.create("ada", "correct horse")).user();
    sessions = new Sessions(fixture.database, fixture.clock, fixture.random, LIMITS);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private String opened() {
    return sessions.open(ada, "192.0.2.1", "test").orElseThrow().secret();
  }

  @Test
  void aSessionThatIsNotUsedEndsAfterItsIdleTime() {
    String secret = opened();
    fixture.clock.advance(Duration.ofHours(10).minusMillis(1));
    assertThat(sessions.find(secret)).isPresent();
    fixture.clock.advance(Duration.ofHours(10).minusMillis(1));
    assertThat(sessions.find(secret)).as("the use before was noted").isPresent();
    fixture.clock.advance(Duration.ofHours(10));
    assertThat(sessions.find(secret)).isEmpty();
    assertThat(sessions.list("ada")).isEmpty();
  }

  @Test
  void aSessionThatIsUsedAllTheTimeEndsAfterItsLife() {
    String secret = opened();
    for (int hour = 0; hour < 47; hour++) {
      fixture.clock.advance(Duration.ofHours(1));
      assertThat(sessions.find(secret)).isPresent();
    }
    fixture.clock.advance(Duration.ofHours(1));
    assertThat(sessions.find(secret)).isEmpty();
  }

  @Test
  void whatEndedIsForgottenWithTheNextSignIn() {
    String _ = opened();
    fixture.clock.advance(Duration.ofDays(3));
    String _ = opened();
    int rows =
        fixture.database.read(handle ->
            handle
                .createQuery("SELECT count(*) FROM user_session")
                .map((row, _) -> row.getInt(1))
                .one());
    assertThat(rows).isEqualTo(1);
  }

  @Test
  void attemptsCountForAnAccountAtAnAddressThenForTheAddressThenForTheAccount() throws Exception {
    SignInGuard guard = new SignInGuard(fixture.clock, LIMITS);
    InetAddress here = InetAddress.getByName("192.0.2.1");
    for (int i = 0; i < 3; i++) {
      assertThat(guard.attempt("ada", here)).isEmpty();
    }
    fixture.clock.advance(Duration.ofMinutes(4));
    assertThat(guard.attempt("Ada", here)).contains(Duration.ofMinutes(6));
    for (int i = 0; i < 3; i++) {
      assertThat(guard.attempt("user" + i, here)).isEmpty();
    }
    assertThat(guard.attempt("yet another", here)).as("6 from one address").isPresent();

    InetAddress there = InetAddress.getByName("2001:db8::1");
    InetAddress neighbour = InetAddress.getByName("2001:db8::2");
    for (int i = 0; i < 3; i++) {
      assertThat(guard.attempt("ada", i == 0 ? there : neighbour)).isEmpty();
    }
    assertThat(guard.attempt("ada", there)).as("one /64 is one address").isPresent();
    InetAddress third = InetAddress.getByName("192.0.2.3");
    assertThat(guard.attempt("ada", third)).isEmpty();
    assertThat(guard.attempt("ada", third)).isEmpty();
    assertThat(guard.attempt("ada", third)).as("8 for the account").isPresent();
    fixture.clock.advance(Duration.ofMinutes(10));
    assertThat(guard.attempt("ada", here)).isEmpty();
  }

  @Test
  void aRightPasswordIsNotCounted() throws Exception {
    SignInGuard guard = new SignInGuard(fixture.clock, LIMITS);
    InetAddress here = InetAddress.getByName("192.0.2.1");
    for (int i = 0; i < 50; i++) {
      assertThat(guard.attempt("ada", here)).isEmpty();
      guard.succeeded("ada", here);
    }
  }
}
