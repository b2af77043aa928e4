package com.iottly.agent.channel;

/** A service does not do what it was asked for. */
public final class RefusedException extends Exception {

  private static final long serialVersionUID = 1;

  private final String code;

  /**
   * @param code a stable name of the reason, such as {@code not_allowed}
   * @param sentence what is wrong and what to do, for the person who asked; no secrets
   */
  public RefusedException(String code, String sentence) {
    super(sentence, null, false, false);
    this.code = code;
  }

  /** The stable name. */
  public String code() {
    return code;
  }

  /** The sentence. */
  public String sentence() {
    return String.valueOf(getMessage());
  }
}
