package com.iottly.platform.filter;

import com.iottly.platform.core.MessageId;
import com.iottly.platform.filter.QueryException.Code;
import com.iottly.platform.filter.Value.Array;
import com.iottly.platform.filter.Value.DateTime;
import com.iottly.platform.filter.Value.Decimal;
import com.iottly.platform.filter.Value.Document;
import com.iottly.platform.filter.Value.Float64;
import com.iottly.platform.filter.Value.Int32;
import com.iottly.platform.filter.Value.Int64;
import com.iottly.platform.filter.Value.ObjectId;
import com.iottly.platform.filter.Value.Text;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Extended-JSON literals (MongoDB Extended JSON v2, canonical and relaxed) turned into values. */
final class Literals {

  static final String REGEX = "$regularExpression";

  private static final Set<String> KNOWN =
      Set.of("$date", "$oid", "$numberInt", "$numberLong", "$numberDouble", "$numberDecimal");

  /** Kinds of values that no message holds. */
  private static final Set<String> USELESS =
      Set.of(
          "$binary",
          "$uuid",
          "$timestamp",
          "$minKey",
          "$maxKey",
          "$undefined",
          "$code",
          "$symbol",
          "$dbPointer");

  private static final Pattern WHOLE = Pattern.compile("[+-]?\\d{1,19}");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d{1,6})?");
  private static final int DECIMAL_DIGITS = 34;
  private static final int DECIMAL_EXPONENT = 6144;

  private Literals() {}

  /** Whether the object is, by its first name, a literal rather than conditions. */
  static boolean isLiteral(Document document) {
    String first = firstName(document);
    return first != null
        && (KNOWN.contains(first) || USELESS.contains(first) || first.equals(REGEX));
  }

  /** Whether the value is a {@code $regularExpression}. */
  static boolean isRegex(Value raw) {
    return raw instanceof Document document && REGEX.equals(firstName(document));
  }

  /**
   * The value that is meant.
   *
   * @param where the operator and field it stands at, for sentences
   */
  static Value of(Value raw, String where) {
    return switch (raw) {
      case Document document when isLiteral(document) -> extended(document, where);
      case Document document -> {
        Map<String, Value> members = new LinkedHashMap<>();
        document
            .members()
            .forEach((name, value) -> members.put(plain(name, where), of(value, where)));
        yield new Document(members);
      }
      case Array(List<Value> elements) -> {
        List<Value> values = new ArrayList<>(elements.size());
        elements.forEach(element -> values.add(of(element, where)));
        yield new Array(values);
      }
      case Float64(double number) when !Double.isFinite(number) ->
          throw bad(where + " has a number that no double can hold");
      default -> raw;
    };
  }

  private static @Nullable String firstName(Document document) {
    return document.members().isEmpty() ? null : document.members().keySet().iterator().next();
  }

  private static String plain(String name, String where) {
    if (name.startsWith("$")) {
      throw new QueryException(
          Code.BAD_OPERAND,
          where
              + " compares with a whole object, in which the operator `"
              + name
              + "` has no meaning; to look inside, use a dotted path such as"
              + " {\"payload.temperature\": {\""
              + name
              + "\": …}}");
    }
    return name;
  }

  private static Value extended(Document document, String where) {
    Map.Entry<String, Value> member = document.members().entrySet().iterator().next();
    String kind = member.getKey();
    if (kind.equals(REGEX)) {
      throw new QueryException(
          Code.BAD_OPERAND,
          where + " can't be a regular expression: no message holds one; use `$regex`");
    }
    if (USELESS.contains(kind)) {
      throw bad(where + " is a `" + kind + "`, and no message holds such a value");
    }
    if (document.members().size() != 1) {
      throw bad(where + " has a `" + kind + "` that is not alone in its braces");
    }
    Value value = member.getValue();
    return switch (kind) {
      case "$date" -> new DateTime(millis(value, where));
      case "$oid" -> id(value, where);
      case "$numberInt" -> {
        long number = whole(kind, value, where);
        if (number != (int) number) {
          throw bad(where + " has a `$numberInt` that does not fit 32 bits; use `$numberLong`");
        }
        yield new Int32((int) number);
      }
      case "$numberLong" -> new Int64(whole(kind, value, where));
      case "$numberDouble" -> new Float64(fraction(value, where));
      default -> decimal(value, where);
    };
  }

  private static long millis(Value value, String where) {
    return switch (value) {
      case Text(String text) -> {
        Instant instant = TimeParameter.iso(text);
        if (instant == null) {
          throw bad(
              where
                  + " has a `$date` that is not an ISO 8601 time such as"
                  + " \"2017-09-20T00:33:27.230Z\"");
        }
        yield instant.toEpochMilli();
      }
      case Int32(int millis) -> millis;
      case Int64(long millis) -> millis;
      case Document inner
          when inner.members().size() == 1 && inner.get("$numberLong") instanceof Text text ->
          whole("$numberLong", text, where);
      default ->
          throw bad(
              where
                  + " has a `$date` that is neither an ISO 8601 time nor {\"$numberLong\":"
                  + " \"<milliseconds>\"}");
    };
  }

  private static ObjectId id(Value value, String where) {
    if (value instanceof Text(String digits)) {
      return new ObjectId(
          MessageId.parse(digits)
              .orElseThrow(() -> bad(where + " has an `$oid` that is not 24 hex digits")));
    }
    throw bad(where + " has an `$oid` that is not a text of 24 hex digits");
  }

  private static long whole(String kind, Value value, String where) {
    switch (value) {
      case Int32(int number) -> {
        return number;
      }
      case Int64(long number) -> {
        return number;
      }
      case Text(String text) when WHOLE.matcher(text).matches() -> {
        try {
          return Long.parseLong(text);
        } catch (NumberFormatException _) {
          throw bad(where + " has a `" + kind + "` that does not fit 64 bits");
        }
      }
      default -> throw bad(where + " has a `" + kind + "` that is not a text such as \"42\"");
    }
  }

  private static double fraction(Value value, String where) {
    return switch (value) {
      case Text(String text) when text.equals("NaN") -> Double.NaN;
      case Text(String text) when text.equals("Infinity") -> Double.POSITIVE_INFINITY;
      case Text(String text) when text.equals("-Infinity") -> Double.NEGATIVE_INFINITY;
      case Text(String text) when NUMBER.matcher(text).matches() -> Double.parseDouble(text);
      case Int32(int number) -> number;
      case Int64(long number) -> number;
      case Float64(double number) when Double.isFinite(number) -> number;
      default -> throw bad(where + " has a `$numberDouble` that is not a text such as \"1.5\"");
    };
  }

  private static Value decimal(Value value, String where) {
    if (value instanceof Text(String text)) {
      if (text.equals("NaN") || text.equals("Infinity") || text.equals("-Infinity")) {
        return new Float64(fraction(value, where));
      }
      if (NUMBER.matcher(text).matches()) {
        BigDecimal number = new BigDecimal(text).stripTrailingZeros();
        long exponent = (long) number.precision() - number.scale();
        if (number.precision() <= DECIMAL_DIGITS && Math.abs(exponent) <= DECIMAL_EXPONENT) {
          return new Decimal(number);
        }
        throw bad(where + " has a `$numberDecimal` of more than 34 digits or too large a power");
      }
    }
    throw bad(where + " has a `$numberDecimal` that is not a text such as \"1.5\"");
  }

  private static QueryException bad(String sentence) {
    return new QueryException(Code.BAD_LITERAL, sentence);
  }
}
