package com.iottly.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A moment as people name it: ISO 8601 (without a zone: UTC), or how long ago it was. */
record Moment(Instant instant) {

  private static final Pattern LENGTH = Pattern.compile("(\\d{1,6})([smhd])");

  /**
   * The moment of that text.
   *
   * @throws DateTimeException when it names none
   */
  static Moment parse(String text, Instant now) {
    if (LENGTH.matcher(text).matches()) {
      return new Moment(now.minus(duration(text)));
    }
    if (text.length() <= "2026-05-31".length()) {
      return new Moment(LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant());
    }
    String iso = text.replace(' ', 'T');
    return new Moment(
        iso.matches(".*(Z|[+-]\\d\\d:?\\d\\d)")
            ? OffsetDateTime.parse(iso).toInstant()
            : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC));
  }

  /**
   * A length of time: a whole number and its unit.
   *
   * @throws DateTimeException when it is none
   */
  static Duration duration(String text) {
    Matcher matcher = LENGTH.matcher(text);
    if (!matcher.matches()) {
      throw new DateTimeException("no length of time: " + text);
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> Duration.ofDays(number);
    };
  }

  @Override
  public String toString() {
    return instant.toString();
  }
}
