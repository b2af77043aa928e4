package com.iottly.platform.filter;

import java.util.Random;

/** The seed of a random test: {@code -Diottly.seed=…}, or a fixed one. */
final class Seed {

  private static final long VALUE = Long.getLong("iottly.seed", 20_170_920L);

  private Seed() {}

  static Random random() {
    return new Random(VALUE);
  }

  /** For the description of an assertion, so that a failure can be had again. */
  static String hint() {
    return "again with -Diottly.seed=" + VALUE;
  }
}
