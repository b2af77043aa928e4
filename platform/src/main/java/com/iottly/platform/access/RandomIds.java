package com.iottly.platform.access;

import java.security.SecureRandom;
import java.util.UUID;

/** Names for new things. */
final class RandomIds {

  private RandomIds() {}

  /** A random UUID (RFC 9562, version 4). */
  static UUID uuid(SecureRandom random) {
    long high = (random.nextLong() & ~0xf000L) | 0x4000L;
    long low = (random.nextLong() & ~(3L << 62)) | (1L << 63);
    return new UUID(high, low);
  }
}
