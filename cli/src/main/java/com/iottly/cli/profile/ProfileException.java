package com.iottly.cli.profile;

/** It is not known which platform to speak to, or as whom; the message says what to do. */
public final class ProfileException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ProfileException(String sentence) {
    super(sentence);
  }

  ProfileException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
