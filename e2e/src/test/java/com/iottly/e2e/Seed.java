package com.iottly.e2e;

import java.util.Random;

/** Randomness that can be had again. */
final class Seed {

  private Seed() {}

  static Random random(Class<?> test) {
    long seed = Long.getLong("iottly.seed", System.nanoTime());
    System.out.println(test.getSimpleName() + " runs with -Diottly.seed=" + seed);
    return new Random(seed);
  }
}
