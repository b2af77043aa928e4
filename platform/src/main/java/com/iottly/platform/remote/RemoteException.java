package com.iottly.platform.remote;

/** A session that is not opened: a stable name and a sentence that says what to do. */
public final class RemoteException extends Exception {

  private static final long serialVersionUID = 1;

  private final String code;

  RemoteException(String code, String sentence) {
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
