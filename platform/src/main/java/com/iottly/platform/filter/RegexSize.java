package com.iottly.platform.filter;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How long a regular expression is when its counted repetitions are written out, which is what
 * running it costs per character of text. Counts never too low; white lies upwards are harmless.
 */
final class RegexSize {

  private RegexSize() {}

  static boolean exceeds(String regex, int limit) {
    Deque<Long> outer = new ArrayDeque<>();
    long group = 0;
    long atom = 0;
    int i = 0;
    while (i < regex.length()) {
      char c = regex.charAt(i);
      int end = endOfAtom(regex, i);
      if (c == '(') {
        outer.push(group);
        group = 0;
      } else if (c == ')' && !outer.isEmpty()) {
        atom = group + 1;
        group = outer.pop() + atom;
      } else if (c == '{' && count(regex, i, end) > 0) {
        int count = count(regex, i, end);
        group += atom * (count - 1L);
        atom *= count;
      } else {
        atom = c == '\\' ? end - i : 1;
        group += atom;
      }
      if (group > limit || atom > limit) {
        return true;
      }
      i = end;
    }
    return false;
  }

  /**
   * Where the thing that starts at {@code start} ends: an escape, a class, a count, a character.
   */
  static int endOfAtom(String regex, int start) {
    return switch (regex.charAt(start)) {
      case '\\' -> endOfEscape(regex, start);
      case '[' -> endOfClass(regex, start);
      case '{' -> {
        int close = regex.indexOf('}', start);
        yield close > 0 && count(regex, start, close + 1) > 0 ? close + 1 : start + 1;
      }
      default -> start + 1;
    };
  }

  private static int endOfEscape(String regex, int start) {
    if (regex.startsWith("\\Q", start)) {
      int close = regex.indexOf("\\E", start + 2);
      return close < 0 ? regex.length() : close + 2;
    }
    boolean braced =
        start + 2 < regex.length()
            && "pPx".indexOf(regex.charAt(start + 1)) >= 0
            && regex.charAt(start + 2) == '{';
    int close = braced ? regex.indexOf('}', start) : -1;
    return close > 0 ? close + 1 : Math.min(regex.length(), start + 2);
  }

  private static int endOfClass(String regex, int start) {
    int i = start + 1;
    if (i < regex.length() && regex.charAt(i) == '^') {
      i++;
    }
    if (i < regex.length() && regex.charAt(i) == ']') {
      i++;
    }
    while (i < regex.length() && regex.charAt(i) != ']') {
      if (regex.startsWith("[:", i)) {
        int close = regex.indexOf(":]", i + 2);
        i = close < 0 ? i + 1 : close + 2;
      } else {
        i += regex.charAt(i) == '\\' ? 2 : 1;
      }
    }
    return Math.min(regex.length(), i + 1);
  }

  /** The larger number of {@code {n}}, {@code {n,}} or {@code {n,m}}; 0 when it is none of them. */
  private static int count(String regex, int start, int end) {
    int largest = 0;
    int number = 0;
    int digits = 0;
    for (int i = start + 1; i < end - 1; i++) {
      char c = regex.charAt(i);
      if (c == ',' && digits > 0) {
        largest = number + 1;
        number = 0;
      } else if (c >= '0' && c <= '9' && digits < 9) {
        number = number * 10 + c - '0';
        digits++;
      } else {
        return 0;
      }
    }
    return digits == 0 ? 0 : Math.max(1, Math.max(largest, number));
  }
}
