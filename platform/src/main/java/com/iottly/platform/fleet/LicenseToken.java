package com.iottly.platform.fleet;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of a license: 32 lower-case hex digits (contract §1). Not a credential.
 *
 * @param value the digits
 */
public record LicenseToken(String value) {

  private static final Pattern SHAPE = Pattern.compile("[0-9a-f]{32}");

  public LicenseToken {
    if (!SHAPE.matcher(value).matches()) {
      throw new IllegalArgumentException("a license token has 32 lower-case hex digits");
    }
  }

  /** The token in this text, when it has the shape of one. */
  public static Optional<LicenseToken> parse(String text) {
    return SHAPE.matcher(text).matches() ? Optional.of(new LicenseToken(text)) : Optional.empty();
  }

  @Override
  public String toString() {
    return value;
  }
}
