package com.iottly.platform.websocket;

import java.nio.charset.StandardCharsets;

/** The sentence in a close frame. */
public final class CloseReason {

  /** What a control frame holds beside the code (RFC 6455 §5.5). */
  private static final int MAX_BYTES = 123;

  private CloseReason() {}

  /** The sentence, cut to what fits into a close frame. */
  public static String fitting(String sentence) {
    if (sentence.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES) {
      return sentence;
    }
    String cut = sentence.substring(0, Math.min(sentence.length(), MAX_BYTES - 3));
    while (cut.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES - 3) {
      cut = cut.substring(0, cut.length() - 1);
    }
    return cut + "…";
  }
}
