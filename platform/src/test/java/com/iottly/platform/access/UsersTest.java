package com.iottly.platform.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.iottly.platform.access.Users.Change;
import com.iottly.platform.access.Users.SignIn;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsersTest {

  private static final PasswordCost CHEAP = new PasswordCost(64, 1, 1);
  private static final String PASSWORD = "correct horse";

  @TempDir Path folder;
  private AccessFixture fixture;
  private Users users;

  @BeforeEach
  void open() {
    fixture = new AccessFixture(folder);
    users = newUsers(CHEAP);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private Users newUsers(PasswordCost cost) {
    return new Users(fixture.database, fixture.clock, fixture.random, cost);
  }

  @Test
  void aUserSignsInWithTheRightPasswordOnlyAlsoAfterReopening() {
    Change.Done made = (Change.Done) users.create("Ada@example.com", PASSWORD);
    assertThat(made.user().name()).isEqualTo("ada@example.com");
    fixture.reopen();
    users = newUsers(PasswordCost.defaults());
    assertThat(users.verify("ADA@example.com", PASSWORD))
        .isEqualTo(new SignIn.Accepted(made.user()));
    assertThat(users.verify("ada@example.com", PASSWORD + "x")).isEqualTo(new SignIn.Rejected());
    assertThat(users.verify("ada@example.com", "")).isEqualTo(new SignIn.Rejected());
    assertThat(users.verify("bob", PASSWORD)).isEqualTo(new SignIn.Rejected());
    assertThat(users.list()).containsExactly(made.user());
  }

  @Test
  void aNewPasswordReplacesTheOldOne() {
    users.create("ada", PASSWORD);
    assertThat(users.setPassword("Ada", "battery staple")).isInstanceOf(Change.Done.class);
    assertThat(users.verify("ada", PASSWORD)).isEqualTo(new SignIn.Rejected());
    assertThat(users.verify("ada", "battery staple")).isInstanceOf(SignIn.Accepted.class);
    assertThat(users.setPassword("bob", "battery staple")).isEqualTo(new Change.Unknown());
    assertThat(users.setPassword("ada", "short")).isInstanceOf(Change.Refused.class);
  }

  @Test
  void aDeletedUserIsGone() {
    users.create("ada", PASSWORD);
    assertThat(users.delete("ADA")).isInstanceOf(Change.Done.class);
    assertThat(users.delete("ada")).isEqualTo(new Change.Unknown());
    assertThat(users.verify("ada", PASSWORD)).isEqualTo(new SignIn.Rejected());
  }

  @Test
  void theLastAdministratorStays() {
    users.create("ada", PASSWORD, true);
    assertThat(users.delete("ada")).isInstanceOf(Change.Refused.class);
    assertThat(users.setAdministrator("ada", false)).isInstanceOf(Change.Refused.class);
    users.create("grace", PASSWORD);
    assertThat(users.setAdministrator("grace", true)).isInstanceOf(Change.Done.class);
    assertThat(users.delete("ada")).isInstanceOf(Change.Done.class);
    assertThat(users.hasAdministrator()).isTrue();
    assertThat(users.delete("grace")).isInstanceOf(Change.Refused.class);
  }

  @Test
  void onlyOneOfManyBecomesTheFirstAdministrator() throws Exception {
    List<Change> results = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<Change>> attempts = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        String name = "first" + i;
        attempts.add(threads.submit(() -> users.createFirst(name, PASSWORD)));
      }
      for (Future<Change> attempt : attempts) {
        results.add(attempt.get());
      }
    }
    assertThat(results).filteredOn(Change.Done.class::isInstance).hasSize(1);
    assertThat(users.list()).hasSize(1);
  }

  @Test
  void aNameIsUniqueInAnyCase() {
    users.create("ada", PASSWORD);
    assertThat(users.create("ADA", "another one"))
        .isInstanceOfSatisfying(
            Change.Refused.class, r -> assertThat(r.problem()).contains("\"ada\" already"));
    assertThat(users.verify("ada", PASSWORD)).isInstanceOf(SignIn.Accepted.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a/b", "è", "a\n"})
  void oddNamesAreRefused(String name) {
    assertThat(users.create(name, PASSWORD)).isInstanceOf(Change.Refused.class);
    assertThat(users.list()).isEmpty();
  }

  @Test
  void sizesHaveTheirEdges() {
    assertThat(users.create("a".repeat(64), "p".repeat(10))).isInstanceOf(Change.Done.class);
    assertThat(users.create("b", "p".repeat(200))).isInstanceOf(Change.Done.class);
    assertThat(users.verify("b", "p".repeat(200))).isInstanceOf(SignIn.Accepted.class);
    assertThat(users.verify("b", "p".repeat(201))).isEqualTo(new SignIn.Rejected());
    assertThat(users.create("a".repeat(65), PASSWORD)).isInstanceOf(Change.Refused.class);
    assertThat(users.create("c", "p".repeat(9))).isInstanceOf(Change.Refused.class);
    assertThat(users.create("c", "p".repeat(201))).isInstanceOf(Change.Refused.class);
  }

  @Test
  void onlySoManyPasswordsAreCheckedAtOnce() throws Exception {
    users = newUsers(new PasswordCost(19_456, 5, 1));
    users.create("ada", PASSWORD);
    List<SignIn> results = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<SignIn>> attempts = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        attempts.add(threads.submit(() -> users.verify("ada", PASSWORD)));
      }
      for (Future<SignIn> attempt : attempts) {
        results.add(attempt.get());
      }
    }
    assertThat(results)
        .contains(new SignIn.Busy())
        .anySatisfy(result -> assertThat(result).isInstanceOf(SignIn.Accepted.class));
    assertThat(users.verify("ada", PASSWORD)).isInstanceOf(SignIn.Accepted.class);
  }

  @Test
  void theHashIsTheStandardsAndItsTextForm() {
    PasswordHash hashes = new PasswordHash(fixture.random, CHEAP);
    String reference =
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    assertThat(hashes.matches("password", reference)).isTrue();
    assertThat(hashes.matches("passwore", reference)).isFalse();
    assertThat(hashes.make("password")).startsWith("$argon2id$v=19$m=64,t=1,p=1$");
    assertThatThrownBy(() -> hashes.matches("x", "plain")).isInstanceOf(AccessException.class);
  }
}
