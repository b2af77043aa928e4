package com.iottly.platform.access;

import static com.iottly.platform.access.AccessFixture.PROJECT;
import static org.assertj.core.api.Assertions.assertThat;

import com.iottly.platform.access.DeviceTokens.Claims;
import com.iottly.platform.access.DeviceTokens.Flaw;
import com.iottly.platform.access.DeviceTokens.SigningKey;
import com.iottly.platform.access.DeviceTokens.Verdict;
import com.iottly.platform.core.DeviceId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceTokensTest {

  private static final DeviceId DEVICE = new DeviceId(new UUID(0x4000, 1L << 63));
  private static final String HEADER = "eyJhbGciOiJSUzI1NiJ9";

  @TempDir Path folder;
  private AccessFixture fixture;
  private DeviceTokens tokens;

  @BeforeEach
  void open() {
    fixture = new AccessFixture(folder);
    tokens = newTokens("iottly");
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private DeviceTokens newTokens(String issuer) {
    return new DeviceTokens(fixture.database, fixture.clock, fixture.random, issuer);
  }

  private String issued() {
    return tokens.issue(PROJECT, DEVICE, 1);
  }

  private static String base64(String text) {
    return base64(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static String claimsOf(String token) {
    return new String(Base64.getUrlDecoder().decode(token.split("\\.")[1]), StandardCharsets.UTF_8);
  }

  private void assertFlaw(String token, Flaw flaw) {
    assertThat(tokens.verify(token)).as(token).isEqualTo(new Verdict.Invalid(flaw));
  }

  @Test
  void aTokenSaysWhatItWasIssuedForAlsoAfterReopening() {
    String token = tokens.issue(PROJECT, DEVICE, 7);
    Claims claims =
        new Claims(PROJECT, DEVICE, 7, fixture.clock.instant().truncatedTo(ChronoUnit.SECONDS));
    assertThat(tokens.verify(token)).isEqualTo(new Verdict.Valid(claims));
    fixture.reopen();
    tokens = newTokens("iottly");
    assertThat(tokens.verify(token)).isEqualTo(new Verdict.Valid(claims));
    assertThat(tokens.keys()).hasSize(1);
  }

  @Test
  void aTokenBeginsAsTheContractShows() {
    assertThat(issued()).startsWith("eyJhbGciOiJSUzI1NiJ9.").hasSizeLessThan(1024);
    assertThat(Base64.getUrlDecoder().decode(HEADER))
        .asString(StandardCharsets.UTF_8)
        .isEqualTo("{\"alg\":\"RS256\"}");
  }

  @Test
  void noKeyIsMadeBeforeOneIsNeeded() {
    assertThat(tokens.keys()).isEmpty();
    assertFlaw(
        HEADER + "." + base64(claims("k").replace("'", "\"")) + "." + base64(new byte[256]),
        Flaw.UNKNOWN_KEY);
    assertThat(tokens.keys()).isEmpty();
  }

  private static String claims(String kid) {
    return "{'iss':'iottly','project':'%s','sub':'%s','gen':1,'kid':'%s','iat':1}"
        .formatted(PROJECT, DEVICE, kid);
  }

  @Test
  void theFirstTokensMakeOneKeyTogether() throws Exception {
    Set<String> made = ConcurrentHashMap.newKeySet();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 20; i++) {
        threads.execute(() -> made.add(issued()));
      }
    }
    assertThat(made).hasSize(1);
    assertThat(tokens.keys()).hasSize(1);
  }

  @Test
  void aTokenOfAnEarlierGenerationStillSaysWhichItWas() {
    String old = tokens.issue(PROJECT, DEVICE, 1);
    tokens.issue(PROJECT, DEVICE, 2);
    assertThat(((Verdict.Valid) tokens.verify(old)).claims().generation()).isOne();
  }

  @Test
  void otherHeadersAreRefusedHoweverTheyAreSigned() throws Exception {
    String[] parts = issued().split("\\.");
    String publicKey =
        fixture.database.read(handle ->
            handle
                .createQuery("SELECT public_key FROM signing_key")
                .map((row, _) -> row.getString(1))
                .one());
    String hmacHeader = base64("{\"alg\":\"HS256\"}");
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(Base64.getDecoder().decode(publicKey), "HmacSHA256"));
    byte[] hmac = mac.doFinal((hmacHeader + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
    assertFlaw(hmacHeader + "." + parts[1] + "." + base64(hmac), Flaw.WRONG_HEADER);
    assertFlaw(base64("{\"alg\":\"none\"}") + "." + parts[1] + ".", Flaw.WRONG_HEADER);
    for (String header :
        List.of(
            "{\"alg\":\"NONE\"}",
            "{\"alg\":\"RS512\"}",
            "{\"alg\":\"ES256\"}",
            "{\"alg\":\"rs256\"}",
            "{\"alg\":\"RS256\",\"jwk\":{}}",
            "{\"alg\":\"RS256\",\"kid\":\"x\"}",
            "{\"alg\": \"RS256\"}",
            "{}",
            "")) {
      assertFlaw(base64(header) + "." + parts[1] + "." + parts[2], Flaw.WRONG_HEADER);
    }
  }

  @Test
  void aForgedSignatureIsRefused() throws Exception {
    String[] parts = issued().split("\\.");
    String forgedClaims = base64(claimsOf(issued()).replace("\"gen\":1", "\"gen\":2"));
    assertFlaw(HEADER + "." + forgedClaims + "." + parts[2], Flaw.BAD_SIGNATURE);
    KeyPair thief = KeyPairGenerator.getInstance("RSA").generateKeyPair();
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(thief.getPrivate());
    signature.update((HEADER + "." + forgedClaims).getBytes(StandardCharsets.US_ASCII));
    assertFlaw(HEADER + "." + forgedClaims + "." + base64(signature.sign()), Flaw.BAD_SIGNATURE);
    for (int length : List.of(0, 1, 255, 257)) {
      assertFlaw(HEADER + "." + parts[1] + "." + base64(new byte[length]), Flaw.BAD_SIGNATURE);
    }
  }

  @Test
  void noCharacterOfATokenCanBeChanged() {
    String token = issued();
    long seed = Long.getLong("iottly.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      int at = random.nextInt(token.length());
      char other = (char) random.nextInt(0x20, 0x7f);
      if (other != token.charAt(at)) {
        String changed = token.substring(0, at) + other + token.substring(at + 1);
        assertThat(tokens.verify(changed))
            .as("seed %d: %s at %d", seed, other, at)
            .isInstanceOf(Verdict.Invalid.class);
      }
    }
  }

  @Test
  void whatIsNotThreeSegmentsOfStrictBase64urlIsMalformed() {
    String token = issued();
    String[] parts = token.split("\\.");
    Set<String> malformed = new HashSet<>();
    malformed.add("");
    malformed.add("..");
    malformed.add(HEADER);
    malformed.add(HEADER + "." + parts[1]);
    malformed.add(token + ".");
    malformed.add(token + ".x");
    malformed.add(token + "=");
    malformed.add(token + "\n");
    malformed.add(HEADER + "." + parts[1] + ".a+b/");
    malformed.add(HEADER + ".*." + parts[2]);
    malformed.add(HEADER + "..");
    malformed.remove("..");
    for (String text : malformed) {
      assertFlaw(text, Flaw.MALFORMED);
    }
    assertFlaw("..", Flaw.WRONG_HEADER);
  }

  @Test
  void aTokenIsLookedAtUpToItsLargestSizeOnly() {
    String start = HEADER + ".e30.";
    String longest = start + "A".repeat(DeviceTokens.MAX_LENGTH - start.length());
    assertFlaw("x".repeat(DeviceTokens.MAX_LENGTH - 4) + ".a.b", Flaw.WRONG_HEADER);
    assertFlaw("x".repeat(DeviceTokens.MAX_LENGTH - 3) + ".a.b", Flaw.MALFORMED);
    assertFlaw(longest + "A", Flaw.MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "null",
        "",
        "{'iss':'iottly','project':'x','sub':'D','gen':1,'kid':'k','iat':1}",
        "{'iss':'iottly','project':'P','sub':'x','gen':1,'kid':'k','iat':1}",
        "{'iss':'iottly','project':'P','sub':'D','gen':0,'kid':'k','iat':1}",
        "{'iss':'iottly','project':'P','sub':'D','gen':1.5,'kid':'k','iat':1}",
        "{'iss':'iottly','project':'P','sub':'D','gen':'1','kid':'k','iat':1}",
        "{'iss':'iottly','project':'P','sub':'D','gen':99999999999999999999,'kid':'k','iat':1}",
        "{'iss':'iottly','project':'P','sub':'D','gen':1,'kid':7,'iat':1}",
        "{'iss':'iottly','project':'P','sub':'D','gen':1,'kid':'k','iat':9223372036854775807}",
        "{'iss':'iottly','project':'P','sub':'D','gen':1,'kid':'k','iat':-9223372036854775808}",
        "{'iss':'iottly','project':'P','sub':'D','gen':1,'kid':'k'}",
        "{'project':'P','sub':'D','gen':1,'kid':'k','iat':1}",
        "{'iss':'iottly','project':'P','sub':'D','gen':1,'gen':2,'kid':'k','iat':1}",
        "{'iss':'iottly','project':'P','sub':'D','gen':1,'kid':'k','iat':1} {}",
      })
  void claimsThatAreNotCompleteAreMalformed(String claims) {
    String json =
        claims
            .replace('\'', '"')
            .replace("\"P\"", '"' + PROJECT.value() + '"')
            .replace("\"D\"", '"' + DEVICE.toString() + '"');
    assertFlaw(HEADER + "." + base64(json) + "." + base64(new byte[256]), Flaw.MALFORMED);
  }

  @Test
  void aTokenOfAnotherIssuerIsRefusedThoughSignedWithOurKey() {
    String token = issued();
    tokens = newTokens("elsewhere");
    assertFlaw(token, Flaw.WRONG_ISSUER);
  }

  @Test
  void aNewKeySignsAndTheOldOneVerifiesUntilItIsRetired() {
    String old = issued();
    String oldKey = tokens.keys().getFirst().id();
    SigningKey fresh = tokens.rotate();
    String young = issued();
    assertThat(fresh.signing()).isTrue();
    assertThat(claimsOf(young)).contains(fresh.id());
    assertThat(tokens.keys()).extracting(SigningKey::signing).containsExactly(false, true);
    assertThat(tokens.verify(old)).isInstanceOf(Verdict.Valid.class);
    assertThat(tokens.verify(young)).isInstanceOf(Verdict.Valid.class);

    assertThat(tokens.retire(fresh.id())).isFalse();
    assertThat(tokens.retire("nobody")).isFalse();
    assertThat(tokens.retire(oldKey)).isTrue();
    assertThat(tokens.retire(oldKey)).isTrue();
    assertFlaw(old, Flaw.UNKNOWN_KEY);
    assertThat(tokens.verify(young)).isInstanceOf(Verdict.Valid.class);
    assertThat(tokens.keys()).extracting(SigningKey::retired).containsExactly(true, false);
  }

  @Test
  void aKeyMadeElsewhereIsFoundAfterAMoment() {
    issued();
    tokens.verify(issued());
    DeviceTokens elsewhere = newTokens("iottly");
    elsewhere.rotate();
    String token = elsewhere.issue(PROJECT, DEVICE, 1);
    assertFlaw(token, Flaw.UNKNOWN_KEY);
    fixture.clock.advance(SigningKeys.REREAD_AFTER.minus(Duration.ofMillis(1)));
    assertFlaw(token, Flaw.UNKNOWN_KEY);
    fixture.clock.advance(Duration.ofMillis(1));
    assertThat(tokens.verify(token)).isInstanceOf(Verdict.Valid.class);
  }

  @Test
  void everyFlawHasItsSentence() {
    for (Flaw flaw : Flaw.values()) {
      assertThat(flaw.sentence()).startsWith("the token");
    }
  }
}
