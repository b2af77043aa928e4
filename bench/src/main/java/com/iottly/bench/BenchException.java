package com.iottly.bench;

import org.jspecify.annotations.Nullable;

/** A bench can't go on; the message is a sentence for the person who started it. */
final class BenchException extends RuntimeException {

  private static final long serialVersionUID = 1;

  BenchException(String sentence) {
    this(sentence, null);
  }

  BenchException(String sentence, @Nullable Throwable cause) {
    super(sentence, cause);
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
