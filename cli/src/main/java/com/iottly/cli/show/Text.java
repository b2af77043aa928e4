package com.iottly.cli.show;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Text that is safe on a terminal, and times as people say them. */
public final class Text {

  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS").withZone(ZoneOffset.UTC);

  private Text() {}

  /**
   * The text with its control characters, and those that turn the direction of writing, written
   * out: what a device sends must not steer the terminal it is shown on.
   */
  public static String safe(String text) {
    if (text.codePoints().noneMatch(Text::steers)) {
      return text;
    }
    StringBuilder safe = new StringBuilder();
    text.codePoints()
        .forEach(point -> {
          if (steers(point)) {
            safe.append("\\u%04x".formatted(point));
          } else {
            safe.appendCodePoint(point);
          }
        });
    return safe.toString();
  }

  private static boolean steers(int point) {
    return Character.isISOControl(point)
        || (point >= 0x202a && point <= 0x202e)
        || (point >= 0x2066 && point <= 0x2069);
  }

  /** A moment in UTC, to the millisecond. */
  public static String clock(Instant moment) {
    return CLOCK.format(moment);
  }

  /** A moment as seen from another: {@code 5 min ago}, {@code in 3 d}. */
  public static String relative(Instant moment, Instant now) {
    Duration distance = Duration.between(moment, now);
    if (distance.abs().toSeconds() < 1) {
      return "now";
    }
    return distance.isNegative() ? "in " + length(distance.negated()) : length(distance) + " ago";
  }

  /** A length of time, in the largest unit that it has two of, or one. */
  static String length(Duration length) {
    long seconds = length.toSeconds();
    if (seconds < 120) {
      return seconds + " s";
    }
    if (seconds < 7_200) {
      return seconds / 60 + " min";
    }
    return seconds < 172_800 ? seconds / 3_600 + " h" : seconds / 86_400 + " d";
  }
}
