package com.iottly.platform.filter;

import java.time.Duration;

/**
 * How large a question may be and how long it may run (contract §2).
 *
 * @param filterBytes the filter's text, in bytes of UTF-8
 * @param filterDepth how deep the filter's objects and lists may nest
 * @param filterNodes how many conditions a filter may have, each operator and each field counted
 * @param listValues how many values {@code $in}, {@code $nin} and {@code $all} may list
 * @param regexChars the length of one regular expression
 * @param runTime how long a query may run
 * @param messages the largest {@code numMessages} and the largest page
 */
public record QueryLimits(
    int filterBytes,
    int filterDepth,
    int filterNodes,
    int listValues,
    int regexChars,
    Duration runTime,
    int messages) {

  /** What the platform uses unless it is configured otherwise. */
  public static final QueryLimits DEFAULTS =
      new QueryLimits(16 * 1024, 32, 1_000, 1_000, 1_000, Duration.ofSeconds(5), 100);

  public QueryLimits {
    requirePositive("filterBytes", filterBytes);
    requirePositive("filterDepth", filterDepth);
    requirePositive("filterNodes", filterNodes);
    requirePositive("listValues", listValues);
    requirePositive("regexChars", regexChars);
    requirePositive("messages", messages);
    if (!runTime.isPositive()) {
      throw new IllegalArgumentException("runTime must be positive, not " + runTime);
    }
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be 1 or more, not " + value);
    }
  }
}
