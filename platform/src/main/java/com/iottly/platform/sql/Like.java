package com.iottly.platform.sql;

/** Patterns for {@code LIKE … ESCAPE '!'}. */
public final class Like {

  private Like() {}

  /** Whatever contains that text as it is. */
  public static String containing(String text) {
    return "%" + text.replace("!", "!!").replace("%", "!%").replace("_", "!_") + "%";
  }
}
