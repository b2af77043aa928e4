package com.iottly.platform.core;

import java.util.Optional;

/** The rule for names and descriptions that people give to things. */
public final class PlainText {

  private PlainText() {}

  /**
   * What is wrong with the text: it must have 1 to {@code max} characters (code points), not only
   * white space, with no control characters, line breaks or halves of surrogate pairs.
   *
   * @param what what the text is, as it begins a sentence
   * @return a sentence that names the thing and the fix; empty when the text is fine
   */
  public static Optional<String> problem(String what, String text, int max) {
    if (text.isBlank()) {
      return Optional.of(what + " is empty: give it 1 to " + max + " characters");
    }
    int length = text.codePointCount(0, text.length());
    if (length > max) {
      return Optional.of(what + " has " + length + " characters: at most " + max + " are allowed");
    }
    if (!text.codePoints().allMatch(PlainText::isPlain)) {
      return Optional.of(
          what + " has a control character, a line break or half a character: leave it out");
    }
    return Optional.empty();
  }

  private static boolean isPlain(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          false;
      default -> true;
    };
  }
}
