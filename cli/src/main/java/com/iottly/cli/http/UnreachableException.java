package com.iottly.cli.http;

/** No answer came. Whether the call was carried out is not known. */
public final class UnreachableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public UnreachableException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
