package com.iottly.platform.admin;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times and sizes as people write them: {@code 30d}, {@code 10GiB}. */
final class Amounts {

  private static final Pattern TIME = Pattern.compile("(\\d{1,10})([smhd])");
  private static final Pattern SIZE = Pattern.compile("(\\d{1,19})(|KiB|MiB|GiB|TiB)");
  private static final String[] SIZE_UNITS = {"", "KiB", "MiB", "GiB", "TiB"};

  private Amounts() {}

  /**
   * The time in this text.
   *
   * @throws IllegalArgumentException with what is allowed
   */
  static Duration time(String text) {
    Matcher matcher = TIME.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "write a whole number and one of s, m, h, d, such as 30d or 12h");
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> Duration.ofDays(number);
    };
  }

  /** The text of a time in whole seconds, in the largest unit that needs no fraction. */
  static String text(Duration time) {
    long seconds = time.toSeconds();
    if (seconds % 86_400 == 0) {
      return seconds / 86_400 + "d";
    }
    if (seconds % 3_600 == 0) {
      return seconds / 3_600 + "h";
    }
    return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }

  /**
   * The number of bytes in this text.
   *
   * @throws IllegalArgumentException with what is allowed
   */
  static long bytes(String text) {
    Matcher matcher = SIZE.matcher(text);
    if (matcher.matches()) {
      try {
        int power = 0;
        while (!SIZE_UNITS[power].equals(matcher.group(2))) {
          power++;
        }
        return Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << (10 * power));
      } catch (ArithmeticException | NumberFormatException e) {
        throw new IllegalArgumentException("more than 8,388,607TiB can't be counted", e);
      }
    }
    throw new IllegalArgumentException(
        "write a whole number of bytes, or of KiB, MiB, GiB, TiB, such as 10GiB");
  }

  /** The text of a number of bytes, in the largest unit that needs no fraction. */
  static String text(long bytes) {
    int power = 0;
    long number = bytes;
    while (power < SIZE_UNITS.length - 1 && number != 0 && number % 1024 == 0) {
      number /= 1024;
      power++;
    }
    return number + SIZE_UNITS[power];
  }
}
