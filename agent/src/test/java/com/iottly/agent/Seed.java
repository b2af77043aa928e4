package com.iottly.agent;

import java.util.Random;

/** Randomness that can be had again: the seed is in every failure's output. */
public final class Seed {

  private Seed() {}

  public static Random random(Class<?> test) {
    long seed = Long.getLong("iottly.seed", System.nanoTime());
    System.out.println(test.getSimpleName() + " runs with -Diottly.seed=" + seed);
    return new Random(seed);
  }
}
