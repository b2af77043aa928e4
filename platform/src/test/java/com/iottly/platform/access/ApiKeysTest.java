package com.iottly.platform.access;

import static com.iottly.platform.access.AccessFixture.PROJECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.iottly.platform.access.ApiKeys.Creation;
import com.iottly.platform.access.ApiKeys.Creation.Created;
import com.iottly.platform.access.ApiKeys.Verdict;
import com.iottly.platform.core.ProjectId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeysTest {

  @TempDir Path folder;
  private AccessFixture fixture;
  private ApiKeys keys;

  @BeforeEach
  void open() {
    fixture = new AccessFixture(folder);
    keys = newKeys();
  }

  @AfterEach
  void close() {
    keys.close();
    fixture.close();
  }

  private ApiKeys newKeys() {
    return new ApiKeys(fixture.database, fixture.clock, fixture.random, new ApiKeyLimits(3, 1000));
  }

  private Created created(Instant expires) {
    return (Created) keys.create(PROJECT, "Analytics", Scope.defaults(), expires);
  }

  private static ApiKey valid(Verdict verdict) {
    return ((Verdict.Valid) verdict).key();
  }

  private Instant lastUsed() {
    return keys.list(PROJECT).getFirst().lastUsed();
  }

  @Test
  void aKeyIsWorthWhatItWasMadeForAlsoAfterReopening() {
    Set<Scope> scopes = EnumSet.of(Scope.READ, Scope.REMOTE);
    Created made = (Created) keys.create(PROJECT, "John Smith 🙂", scopes, null);
    assertThat(valid(keys.verify(made.secret()))).isEqualTo(made.key());
    assertThat(made.key().allows(Scope.REMOTE)).isTrue();
    assertThat(made.key().allows(Scope.MANAGE)).isFalse();
    keys.close();
    fixture.reopen();
    keys = newKeys();
    assertThat(valid(keys.verify(made.secret())))
        .usingRecursiveComparison()
        .ignoringFields("lastUsed")
        .isEqualTo(made.key());
  }

  @Test
  void theDefaultScopesAreWhatTheOriginalsCallsNeed() {
    assertThat(Scope.defaults()).containsExactly(Scope.PROVISION, Scope.READ, Scope.COMMAND);
    for (Scope scope : Scope.values()) {
      assertThat(Scope.of(scope.wireName())).contains(scope);
    }
  }

  @Test
  void aSecretIsRecognisableAndSelfChecking() {
    String secret = created(null).secret();
    assertThat(secret).matches("iottly_[0-9A-Za-z]{33}");
    assertThat(ApiKeys.looksLikeKey(secret)).isTrue();
    for (int i = 0; i < secret.length(); i++) {
      char other = secret.charAt(i) == 'x' ? 'y' : 'x';
      String typo = secret.substring(0, i) + other + secret.substring(i + 1);
      assertThat(ApiKeys.looksLikeKey(typo)).as(typo.substring(0, i)).isFalse();
      assertThat(keys.verify(typo)).isEqualTo(new Verdict.Unknown());
    }
  }

  @Test
  void theChecksumIsTheDocumentedOne() {
    assertThat(KeySecret.isWellFormed("iottly_" + "0".repeat(27) + "3s4mFR")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "iottly_", "iottly_x", "Bearer", "iottly_è"})
  void textThatIsNoKeyIsUnknown(String text) {
    assertThat(keys.verify(text)).isEqualTo(new Verdict.Unknown());
  }

  @Test
  void aWellFormedKeyOfNobodyIsUnknown() {
    assertThat(keys.verify(KeySecret.make(fixture.random))).isEqualTo(new Verdict.Unknown());
  }

  @Test
  void aKeyIsGoodUntilTheLastMillisecondBeforeItsEnd() {
    Instant end = fixture.clock.instant().plusSeconds(10);
    Created made = created(end);
    fixture.clock.advance(Duration.ofSeconds(10).minusMillis(1));
    assertThat(keys.verify(made.secret())).isInstanceOf(Verdict.Valid.class);
    fixture.clock.advance(Duration.ofMillis(1));
    assertThat(keys.verify(made.secret())).isEqualTo(new Verdict.Expired(made.key()));
    assertThat(keys.list(PROJECT)).hasSize(1);
  }

  @Test
  void aHotKeyCostsNoSql() {
    Created made = created(null);
    assertThat(keys.verify(made.secret())).isInstanceOf(Verdict.Valid.class);
    keys.close();
    fixture.database.close();
    assertThat(keys.verify(made.secret())).isInstanceOf(Verdict.Valid.class);
    assertThat(keys.verify("iottly_" + "x".repeat(33))).isEqualTo(new Verdict.Unknown());
  }

  @Test
  void aDeletedKeyIsUnknownAtOnceAndItsListenersHear() {
    Created made = created(null);
    List<ApiKey> heard = new ArrayList<>();
    keys.onDeleted(heard::add);
    keys.verify(made.secret());
    ProjectId other = new ProjectId("b".repeat(24));
    assertThat(keys.delete(other, made.key().id())).isFalse();
    assertThat(keys.verify(made.secret())).isInstanceOf(Verdict.Valid.class);
    assertThat(keys.delete(PROJECT, made.key().id())).isTrue();
    assertThat(keys.verify(made.secret())).isEqualTo(new Verdict.Unknown());
    assertThat(keys.delete(PROJECT, made.key().id())).isFalse();
    assertThat(heard).extracting(ApiKey::id).containsExactly(made.key().id());
    assertThat(keys.list(PROJECT)).isEmpty();
  }

  @Test
  void theKeysOfADeletedProjectAreUnknownAtOnce() {
    Created made = created(null);
    keys.verify(made.secret());
    fixture.database.write(handle -> handle.execute("DELETE FROM project"));
    keys.projectDeleted();
    assertThat(keys.verify(made.secret())).isEqualTo(new Verdict.Unknown());
  }

  @Test
  void theLastUseIsNotedOnceAMinute() {
    String secret = created(null).secret();
    Instant start = fixture.clock.instant();
    assertThat(lastUsed()).isNull();
    keys.verify(secret);
    await().until(() -> start.equals(lastUsed()));
    fixture.clock.advance(Duration.ofMinutes(1).minusMillis(1));
    keys.verify(secret);
    keys.close();
    assertThat(lastUsed()).isEqualTo(start);

    keys = newKeys();
    fixture.clock.advance(Duration.ofMillis(1));
    keys.verify(secret);
    keys.close();
    assertThat(lastUsed()).isEqualTo(start.plus(Duration.ofMinutes(1)));
    keys = newKeys();
  }

  @Test
  void keysAreListedOldestFirstWithoutTheirSecrets() throws IOException {
    Created first = created(null);
    fixture.clock.advance(Duration.ofSeconds(1));
    Created second = created(fixture.clock.instant().plusSeconds(5));
    assertThat(keys.list(PROJECT)).containsExactly(first.key(), second.key());
    assertThat(first.toString()).doesNotContain(first.secret());
    for (Path file : List.of(folder.resolve("iottly.db"), folder.resolve("iottly.db-wal"))) {
      assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
          .doesNotContain(first.secret());
    }
  }

  @Test
  void aKeyThatBreaksARuleIsRefused() {
    Instant now = fixture.clock.instant();
    List<Creation> refused =
        List.of(
            keys.create(PROJECT, "", Scope.defaults(), null),
            keys.create(PROJECT, "x".repeat(201), Scope.defaults(), null),
            keys.create(PROJECT, "a\nb", Scope.defaults(), null),
            keys.create(PROJECT, "x", Set.of(), null),
            keys.create(PROJECT, "x", Scope.defaults(), now));
    assertThat(refused)
        .allSatisfy(creation -> assertThat(creation).isInstanceOf(Creation.Refused.class));
    assertThat(keys.create(new ProjectId("b".repeat(24)), "x", Scope.defaults(), null))
        .isEqualTo(new Creation.ProjectUnknown());
    assertThat(keys.create(PROJECT, "x".repeat(200), Scope.defaults(), now.plusMillis(1)))
        .isInstanceOf(Created.class);
    assertThat(keys.list(PROJECT)).hasSize(1);
  }

  @Test
  void aProjectHasSoManyKeysAndNoMore() {
    UUID first = created(null).key().id();
    created(null);
    created(null);
    assertThat(keys.create(PROJECT, "x", Scope.defaults(), null))
        .isInstanceOfSatisfying(
            Creation.Refused.class, r -> assertThat(r.problem()).contains("3 API keys"));
    keys.delete(PROJECT, first);
    created(null);
  }
}
