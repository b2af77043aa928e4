package com.iottly.platform.access;

import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.sql.Database;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * Device tokens: JSON Web Tokens (RFC 7519, JWS compact form of RFC 7515) whose header is exactly
 * {@code {"alg":"RS256"}} (contract §1). They don't expire; what voids one is its generation, which
 * the caller compares, or the retirement of its signing key. Any thread.
 */
public final class DeviceTokens {

  /** The largest token that is looked at, in characters. */
  public static final int MAX_LENGTH = 4096;

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

  /**
   * Builds it on an open database, which stays the caller's to close. Reads nothing yet.
   *
   * @param issuer the claim {@code iss}, the same for the life of the installation
   */
  public DeviceTokens(Database database, InstantSource clock, SecureRandom random, String issuer) {
    throw new UnsupportedOperationException();
  }

  /** Makes a token. The first one of an installation waits for its signing key to be made. */
  public String issue(ProjectId project, DeviceId device, long generation) {
    throw new UnsupportedOperationException();
  }

  /** What that text is worth as a token. Costs no SQL once the keys are known. */
  public Verdict verify(String token) {
    throw new UnsupportedOperationException();
  }

  /** Makes a new key that signs from now on; tokens of the earlier ones stay good. */
  public SigningKey rotate() {
    throw new UnsupportedOperationException();
  }

  /**
   * Voids all tokens signed with that key; it must not be the one that signs.
   *
   * @return whether it is retired now
   */
  public boolean retire(String id) {
    throw new UnsupportedOperationException();
  }

  /** All keys, oldest first. */
  public List<SigningKey> keys() {
    throw new UnsupportedOperationException();
  }
}
