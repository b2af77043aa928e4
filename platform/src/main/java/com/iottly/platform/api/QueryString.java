package com.iottly.platform.api;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The parameters of a URL's query, percent-decoded (RFC 3986 §2.1, with {@code +} for a space),
 * each at most once.
 */
record QueryString(Map<String, String> parameters) {

  private static final int MAX_SHOWN = 60;
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

  /** Reads the part of a URL behind the question mark; null and empty mean none. */
  static QueryString parse(String raw) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String pair : raw.isEmpty() ? new String[0] : raw.split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      String name = decode(equals < 0 ? pair : pair.substring(0, equals));
      String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
      if (parameters.putIfAbsent(name, value) != null) {
        throw ApiError.badRequest(
            "duplicate_parameter",
            "The query parameter '" + shortened(name) + "' is given twice; once is enough.");
      }
    }
    return new QueryString(parameters);
  }

  Optional<String> get(String name) {
    return Optional.ofNullable(parameters.get(name));
  }

  /** The whole number in that parameter, or the default when it is not given. */
  int number(String name, int defaultValue, int min, int max) {
    String text = parameters.get(name);
    if (text == null) {
      return defaultValue;
    }
    if (NUMBER.matcher(text).matches()) {
      long number = Long.parseLong(text);
      if (number >= min && number <= max) {
        return (int) number;
      }
    }
    throw ApiError.badRequest(
        "bad_parameter",
        "The query parameter '"
            + name
            + "' must be a whole number from "
            + min
            + " to "
            + max
            + ", not '"
            + shortened(text)
            + "'.");
  }

  /** Refuses parameters that the call does not know. */
  void requireOnly(Set<String> known) {
    for (String name : parameters.keySet()) {
      if (!known.contains(name)) {
        throw ApiError.badRequest(
            "unknown_parameter",
            "The query parameter '"
                + shortened(name)
                + "' is unknown here; known are "
                + (known.isEmpty() ? "none" : String.join(", ", known.stream().sorted().toList()))
                + ".");
      }
    }
  }

  static String shortened(String text) {
    if (text.length() <= MAX_SHOWN) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(MAX_SHOWN - 1)) ? MAX_SHOWN - 1 : MAX_SHOWN;
    return text.substring(0, end) + "…";
  }

  private static String decode(String text) {
    byte[] bytes = new byte[text.length() * 3];
    int length = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        if (i + 2 >= text.length() || digit(text, i + 1) < 0 || digit(text, i + 2) < 0) {
          throw badQuery("a % is not followed by two hex digits");
        }
        bytes[length++] = (byte) (digit(text, i + 1) * 16 + digit(text, i + 2));
        i += 2;
      } else if (c == '+') {
        bytes[length++] = ' ';
      } else if (c <= 0xff) {
        // The URL's bytes come as one character each; callers send UTF-8 without escapes, too.
        bytes[length++] = (byte) c;
      } else {
        byte[] encoded = Character.toString(c).getBytes(StandardCharsets.UTF_8);
        System.arraycopy(encoded, 0, bytes, length, encoded.length);
        length += encoded.length;
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, 0, length))
          .toString();
    } catch (CharacterCodingException e) {
      throw badQuery("it is not valid UTF-8");
    }
  }

  private static int digit(String text, int index) {
    return Character.digit(text.charAt(index), 16);
  }

  private static ApiError badQuery(String why) {
    return ApiError.badRequest("bad_query", "The URL's query can't be read: " + why + ".");
  }
}
