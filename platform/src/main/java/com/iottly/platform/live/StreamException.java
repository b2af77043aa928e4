package com.iottly.platform.live;

/** A request that can't be granted: a stable name and a sentence that says what to do. */
final class StreamException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final String code;

  StreamException(String code, String sentence) {
    super(sentence, null, false, false);
    this.code = code;
  }

  String code() {
    return code;
  }

  String sentence() {
    return String.valueOf(getMessage());
  }
}
