package com.iottly.cli.http;

import java.time.Duration;
import java.util.Optional;

/** The platform's refusal of a call. */
public final class ApiException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final transient Optional<Duration> retryAfter;

  ApiException(int status, String code, String sentence, Optional<Duration> retryAfter) {
    super(sentence);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** The stable name of the refusal; empty when the answer was not the platform's. */
  public String code() {
    return code;
  }

  /** When the platform wants to be asked again. */
  public Optional<Duration> retryAfter() {
    return retryAfter;
  }

  /** Whether the same call may work a little later. */
  public boolean isPassing() {
    return status == 429 || status >= 500;
  }
}
