package com.iottly.platform.access;

import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.sql.Database;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.SignatureException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Device tokens: JSON Web Tokens (RFC 7519, JWS compact form of RFC 7515) whose header is exactly
 * {@code {"alg":"RS256"}} (contract §1). They don't expire; what voids one is its generation, which
 * the caller compares, or the retirement of its signing key. Any thread.
 */
public final class DeviceTokens {

  /** The largest token that is looked at, in characters. */
  public static final int MAX_LENGTH = 4096;

  private static final String ALGORITHM = "SHA256withRSA";

  /** {@code {"alg":"RS256"}} in base64url, the only header we write or read. */
  private static final String HEADER = "eyJhbGciOiJSUzI1NiJ9";

  /**
   * What a token says.
   *
   * @param generation which of the device's tokens it is
   * @param issued when, in seconds
   */
  public record Claims(ProjectId project, DeviceId device, long generation, Instant issued) {}

  /** What a token is worth. */
  public sealed interface Verdict {

    /** We signed it; whether its generation is the present one is for the caller to see. */
    record Valid(Claims claims) implements Verdict {}

    /** It is not to be believed. */
    record Invalid(Flaw flaw) implements Verdict {}
  }

  /** Why a token is not to be believed. */
  public enum Flaw {
    MALFORMED("the token is not a complete device token"),
    WRONG_HEADER("the token's header is not {\"alg\":\"RS256\"}"),
    WRONG_ISSUER("the token is of another Iottly installation"),
    UNKNOWN_KEY("the token was signed with a key this installation does not have or has retired"),
    BAD_SIGNATURE("the token's signature is wrong");

    private final String sentence;

    Flaw(String sentence) {
      this.sentence = sentence;
    }

    /** It in words, for a person; says nothing of the token's content. */
    public String sentence() {
      return sentence;
    }
  }

  /**
   * A key that signs or has signed, without its private part.
   *
   * @param id its name, in the claim {@code kid}
   * @param signing whether new tokens are signed with it
   * @param retired whether its tokens are void
   */
  public record SigningKey(String id, Instant created, boolean signing, boolean retired) {}

  private final SigningKeys signingKeys;
  private final InstantSource clock;
  private final String issuer;

  /**
   * Builds it on an open database, which stays the caller's to close. Reads nothing yet.
   *
   * @param issuer the claim {@code iss}, the same for the life of the installation
   */
  public DeviceTokens(Database database, InstantSource clock, SecureRandom random, String issuer) {
    this.signingKeys = new SigningKeys(database, clock, random);
    this.clock = clock;
    this.issuer = issuer;
  }

  /** Makes a token. The first one of an installation waits for its signing key to be made. */
  public String issue(ProjectId project, DeviceId device, long generation) {
    SigningKeys.Signer signer = signingKeys.signer();
    Instant now = Instant.ofEpochSecond(clock.instant().getEpochSecond());
    Claims claims = new Claims(project, device, generation, now);
    String signed = HEADER + "." + encode(ClaimsJson.write(claims, issuer, signer.id()));
    return signed + "." + encode(sign(signed, signer.key()));
  }

  /** What that text is worth as a token. Costs no SQL once the keys are known. */
  public Verdict verify(String token) {
    if (token.length() > MAX_LENGTH) {
      return new Verdict.Invalid(Flaw.MALFORMED);
    }
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) {
      return new Verdict.Invalid(Flaw.MALFORMED);
    }
    if (!parts[0].equals(HEADER)) {
      return new Verdict.Invalid(Flaw.WRONG_HEADER);
    }
    Optional<ClaimsJson> said = decode(parts[1]).flatMap(ClaimsJson::read);
    Optional<byte[]> signature = decode(parts[2]);
    if (said.isEmpty() || signature.isEmpty()) {
      return new Verdict.Invalid(Flaw.MALFORMED);
    }
    return verify(said.get(), parts[0] + "." + parts[1], signature.get());
  }

  private Verdict verify(ClaimsJson said, String signed, byte[] signature) {
    Optional<PublicKey> key = signingKeys.verifier(said.keyId());
    if (key.isEmpty()) {
      return new Verdict.Invalid(Flaw.UNKNOWN_KEY);
    }
    if (!isSignature(signature, signed, key.get())) {
      return new Verdict.Invalid(Flaw.BAD_SIGNATURE);
    }
    return said.issuer().equals(issuer)
        ? new Verdict.Valid(said.claims())
        : new Verdict.Invalid(Flaw.WRONG_ISSUER);
  }

  /** Makes a new key that signs from now on; tokens of the earlier ones stay good. */
  public SigningKey rotate() {
    return signingKeys.rotate();
  }

  /**
   * Voids all tokens signed with that key; it must not be the one that signs.
   *
   * @return whether it is retired now
   */
  public boolean retire(String id) {
    return signingKeys.retire(id);
  }

  /** All keys, oldest first. */
  public List<SigningKey> keys() {
    return signingKeys.list();
  }

  private static byte[] sign(String text, PrivateKey key) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(key);
      signature.update(text.getBytes(StandardCharsets.US_ASCII));
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new AccessException("a device token can't be signed", e);
    }
  }

  private static boolean isSignature(byte[] candidate, String text, PublicKey key) {
    if (candidate.length != SigningKeys.BITS / 8) {
      return false;
    }
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initVerify(key);
      signature.update(text.getBytes(StandardCharsets.US_ASCII));
      return signature.verify(candidate);
    } catch (SignatureException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new AccessException("a device token's signature can't be checked", e);
    }
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** The bytes, when the text is what {@link #encode} makes of them and nothing else. */
  private static Optional<byte[]> decode(String text) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      return encode(bytes).equals(text) ? Optional.of(bytes) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
