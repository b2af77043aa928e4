package com.iottly.platform.webhook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What a webhook signs with (Standard Webhooks, version 1): a secret {@code whsec_…}, and for a
 * while after a rotation the one before as well.
 *
 * @param current the secret of now, 32 random bytes in base64 behind the prefix
 * @param old the one before, or null
 * @param oldUntil until when the old one signs too
 */
public record Secrets(String current, @Nullable String old, @Nullable Instant oldUntil) {

  private static final String PREFIX = "whsec_";
  private static final int BYTES = 32;
  private static final int SHOWN = 4;

  static Secrets fresh(SecureRandom random) {
    return new Secrets(generate(random), null, null);
  }

  Secrets rotated(SecureRandom random, Instant until) {
    return new Secrets(generate(random), current, until);
  }

  private static String generate(SecureRandom random) {
    byte[] key = new byte[BYTES];
    random.nextBytes(key);
    return PREFIX + Base64.getEncoder().encodeToString(key);
  }

  /** Enough of the secret to tell it from others. */
  public String hint() {
    return PREFIX + "…" + current.substring(current.length() - SHOWN);
  }

  /** The header {@code webhook-signature} of a request. */
  String signature(String id, Instant now, byte[] body) {
    String head = id + "." + now.getEpochSecond() + ".";
    String first = sign(current, head, body);
    return old != null && oldUntil != null && now.isBefore(oldUntil)
        ? first + " " + sign(old, head, body)
        : first;
  }

  private static String sign(String secret, String head, byte[] body) {
    try {
      byte[] key = Base64.getDecoder().decode(secret.substring(PREFIX.length()));
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      mac.update(head.getBytes(StandardCharsets.UTF_8));
      return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC-SHA-256 is part of every JDK", e);
    }
  }

  @Override
  public String toString() {
    return hint();
  }
}
