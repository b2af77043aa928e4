package com.iottly.platform.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignInLinksTest {

  @TempDir Path folder;
  private AccessFixture access;
  private Users users;
  private SignInLinks links;

  @BeforeEach
  void open() {
    access = new AccessFixture(folder);
    users = new Users(access.database, access.clock, access.random, new PasswordCost(64, 1, 4));
    links = new SignInLinks(access.database, access.clock, access.random);
    Users.Change _ = users.create("ada", "correct horse battery");
  }

  @AfterEach
  void close() {
    access.close();
  }

  @Test
  void aLinkSignsItsUserInOnce() {
    String token = links.issue("ada").orElseThrow();
    assertThat(links.redeem(token)).map(User::name).contains("ada");
    assertThat(links.redeem(token)).isEmpty();
    assertThat(links.redeem("x")).isEmpty();
  }

  @Test
  void aLinkIsGoodForTenMinutes() {
    String token = links.issue("ada").orElseThrow();
    String later = links.issue("ada").orElseThrow();
    access.clock.advance(SignInLinks.VALIDITY.minus(Duration.ofMillis(1)));
    assertThat(links.redeem(token)).isPresent();
    access.clock.advance(Duration.ofMillis(1));
    assertThat(links.redeem(later)).isEmpty();
  }

  @Test
  void thereIsNoLinkForNobodyAndItEndsWithItsUser() {
    assertThat(links.issue("eve")).isEmpty();
    Users.Change _ = users.create("bob", "correct horse battery");
    String token = links.issue("bob").orElseThrow();
    assertThat(users.delete("bob")).isInstanceOf(Users.Change.Done.class);
    assertThat(links.redeem(token)).isEmpty();
  }

  @Test
  void theTokenItselfIsNowhereOnDisk() throws Exception {
    String token = links.issue("ada").orElseThrow();
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        assertThat(Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1))
            .doesNotContain(token);
      }
    }
  }
}
