package com.iottly.bench;

import org.jspecify.annotations.Nullable;

/** A bench can't go on; the message is a sentence for the person who started it. */
final class BenchException extends RuntimeException {

  private static final long serialVersionUID = 1;
  private static final int MAX_SUMMARY = 160;

  BenchException(String sentence) {
    this(sentence, null);
  }

  BenchException(String sentence, @Nullable Throwable cause) {
    super(sentence, cause);
  }

  /** The first words of what went wrong, on one line, to say why something was left out. */
  static String summary(BenchException e) {
    String line = reason(e).replaceAll("\\s+", " ");
    return line.length() <= MAX_SUMMARY ? line : line.substring(0, MAX_SUMMARY) + "…";
  }

  /** The cause's message, or its kind when it has none. */
  static String reason(@Nullable Throwable cause) {
    if (cause == null) {
      return "for an unknown reason";
    }
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }
}
