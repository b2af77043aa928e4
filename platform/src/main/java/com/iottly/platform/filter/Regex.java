package com.iottly.platform.filter;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import com.iottly.platform.filter.QueryException.Code;

/**
 * Regular expressions that run in time linear in the text: RE2's syntax, with MongoDB's options.
 */
final class Regex {

  private Regex() {}

  /**
   * The pattern, ready to search with.
   *
   * @param options any of {@code imsx}
   * @param where the operator and field it stands at, for sentences
   */
  static Pattern compile(String regex, String options, QueryLimits limits, String where) {
    if (regex.length() > limits.regexChars()) {
      throw bad(
          where
              + " has "
              + regex.length()
              + " characters; a regular expression may have "
              + limits.regexChars());
    }
    String plain = options.indexOf('x') >= 0 ? withoutLayout(regex) : regex;
    int flags = flags(options, where);
    if (RegexSize.exceeds(plain, 2 * limits.regexChars())) {
      throw bad(where + " repeats too much: written out, its {n} counts make it too long to run");
    }
    try {
      return Pattern.compile(plain, flags);
    } catch (PatternSyntaxException e) {
      throw bad(where + " can't be run: " + reason(plain, e));
    }
  }

  private static int flags(String options, String where) {
    int flags = 0;
    for (int i = 0; i < options.length(); i++) {
      flags |=
          switch (options.charAt(i)) {
            case 'i' -> Pattern.CASE_INSENSITIVE;
            case 'm' -> Pattern.MULTILINE;
            case 's' -> Pattern.DOTALL;
            case 'x' -> 0;
            default ->
                throw bad(
                    where
                        + " has the option `"
                        + options.substring(i, options.offsetByCodePoints(i, 1))
                        + "`; there are `i`, `m`, `s` and `x`");
          };
    }
    return flags;
  }

  private static String reason(String regex, PatternSyntaxException e) {
    for (String look : new String[] {"(?=", "(?!", "(?<=", "(?<!"}) {
      if (regex.contains(look)) {
        return "lookaround (`" + look + "…)`) can't run in linear time and is not supported";
      }
    }
    if (regex.contains("(?>")) {
      return "atomic groups (`(?>…)`) can't run in linear time and are not supported";
    }
    if (e.getPattern().matches("\\\\[1-9kg].*")) {
      return "backreferences (`"
          + e.getPattern()
          + "`) can't run in linear time and are not supported";
    }
    return e.getDescription() + " at `" + e.getPattern() + "`";
  }

  /** What option {@code x} allows, taken away: white space and comments outside of classes. */
  private static String withoutLayout(String regex) {
    StringBuilder plain = new StringBuilder(regex.length());
    int i = 0;
    while (i < regex.length()) {
      int end = RegexSize.endOfAtom(regex, i);
      char c = regex.charAt(i);
      if (c == '#') {
        int newline = regex.indexOf('\n', i);
        i = newline < 0 ? regex.length() : newline + 1;
      } else {
        if (!isLayout(c)) {
          plain.append(regex, i, end);
        }
        i = end;
      }
    }
    return plain.toString();
  }

  private static boolean isLayout(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }

  private static QueryException bad(String sentence) {
    return new QueryException(Code.BAD_REGEX, sentence);
  }
}
