package com.iottly.cli.stream;

/** The platform or the device does not open what was asked for. */
public final class RefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String code;

  RefusedException(String code, String sentence) {
    super(sentence);
    this.code = code;
  }

  /** The stable name of the refusal. */
  public String code() {
    return code;
  }
}
