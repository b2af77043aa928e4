package com.iottly.platform.filter;

import com.iottly.platform.filter.QueryException.Code;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Times as callers write them: ISO 8601 with an offset, without one (then UTC), a date alone (its
 * first moment in UTC), or a number since 1970.
 *
 * <p>A number below 10^11 counts seconds (until the year 5138) and may have a fraction; from 10^11
 * on it counts milliseconds (since 1973). Times are from year 1 to 9999. Whatever is finer than a
 * millisecond is rounded up, which changes no "from, inclusive" and no "to, exclusive" since
 * messages have whole milliseconds.
 */
public final class TimeParameter {

  private static final Pattern NUMBER = Pattern.compile("-?\\d{1,15}(\\.\\d{1,9})?");
  private static final Pattern LOST_PLUS = Pattern.compile("(.*[Tt].*) (\\d{2}(:?\\d{2})?)");
  private static final BigDecimal FIRST_MILLISECONDS = new BigDecimal("1e11");

  private static final DateTimeFormatter ISO =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .optionalStart()
          .appendLiteral('T')
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .appendPattern("[XXX][XX][X]")
          .optionalEnd()
          .toFormatter(Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999Z");

  private TimeParameter() {}

  /**
   * The time in this text.
   *
   * @param name of the parameter, for the sentence of a refusal
   * @throws QueryException when it is none
   */
  public static Instant parse(String name, String text) {
    String trimmed = text.strip();
    Instant instant = NUMBER.matcher(trimmed).matches() ? number(trimmed) : iso(trimmed);
    if (instant == null || instant.isBefore(FIRST) || instant.isAfter(LAST)) {
      throw new QueryException(
          Code.BAD_TIME,
          "`"
              + name
              + "` must be a time such as 2018-07-27T17:50:04Z, 2018-07-27, or seconds or"
              + " milliseconds since 1970 such as 1532713804");
    }
    return instant;
  }

  /** The time in ISO 8601, to the millisecond above, or null when the text is none. */
  static @Nullable Instant iso(String text) {
    var lostPlus = LOST_PLUS.matcher(text);
    String whole = lostPlus.matches() ? lostPlus.group(1) + "+" + lostPlus.group(2) : text;
    if (whole.length() > 10 && whole.charAt(10) == ' ') {
      whole = whole.substring(0, 10) + "T" + whole.substring(11);
    }
    try {
      TemporalAccessor parsed = ISO.parse(whole);
      LocalTime time = parsed.query(TemporalQueries.localTime());
      int offset =
          parsed.isSupported(ChronoField.OFFSET_SECONDS)
              ? parsed.get(ChronoField.OFFSET_SECONDS)
              : 0;
      return roundUp(
          LocalDate.from(parsed)
              .atTime(time == null ? LocalTime.MIDNIGHT : time)
              .toInstant(ZoneOffset.ofTotalSeconds(offset)));
    } catch (DateTimeParseException _) {
      return null;
    }
  }

  private static Instant number(String text) {
    BigDecimal number = new BigDecimal(text);
    BigDecimal millis =
        number.abs().compareTo(FIRST_MILLISECONDS) < 0 ? number.movePointRight(3) : number;
    return Instant.ofEpochMilli(millis.setScale(0, RoundingMode.CEILING).longValueExact());
  }

  private static Instant roundUp(Instant instant) {
    Instant below = instant.truncatedTo(ChronoUnit.MILLIS);
    return below.equals(instant) ? below : below.plusMillis(1);
  }
}
