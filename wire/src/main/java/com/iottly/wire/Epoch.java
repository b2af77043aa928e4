package com.iottly.wire;

import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * The identity of one spool: 128 random bits. Epochs are compared for equality only; none is older
 * or newer than another.
 *
 * @param high the first eight bytes
 * @param low the last eight bytes
 */
public record Epoch(long high, long low) {

  /** A new epoch. The generator must be a secure one outside of tests. */
  public static Epoch random(RandomGenerator random) {
    return new Epoch(random.nextLong(), random.nextLong());
  }

  /**
   * Reads the 32 hex digits that {@link #toString} writes.
   *
   * @throws IllegalArgumentException when the text is anything else
   */
  public static Epoch parse(String text) {
    if (text.length() != 32) {
      throw new IllegalArgumentException("an epoch has 32 hex digits, not " + text.length());
    }
    return new Epoch(
        HexFormat.fromHexDigitsToLong(text, 0, 16), HexFormat.fromHexDigitsToLong(text, 16, 32));
  }

  @Override
  public String toString() {
    return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
  }
}
