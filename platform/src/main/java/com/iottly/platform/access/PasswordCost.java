package com.iottly.platform.access;

/**
 * What checking a password costs us, and a thief of the hashes (Argon2id, RFC 9106).
 *
 * @param memoryKib memory of one check in KiB; default 19,456 (19 MiB)
 * @param passes passes over it; default 2
 * @param atOnce how many checks may run side by side; default 4
 */
public record PasswordCost(int memoryKib, int passes, int atOnce) {

  public PasswordCost {
    if (memoryKib < 8 || memoryKib > 1 << 20 || passes < 1 || passes > 100 || atOnce < 1) {
      throw new IllegalArgumentException(
          "a password check takes 8 KiB to 1 GiB, 1 to 100 passes, and at least one runs at once");
    }
  }

  public static PasswordCost defaults() {
    return new PasswordCost(19_456, 2, 4);
  }
}
