package com.iottly.agent.net;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** There is no connection; the message says at which step it ended, why, and what to do. */
public final class Unreachable extends IOException {

  private static final long serialVersionUID = 1;

  private final Step step;
  private final String what;
  private final String fix;

  /** The steps to a connection, in their order. */
  public enum Step {
    /** The name that this machine resolves: the proxy's, or without one the platform's. */
    DNS,
    /** The proxy: reached, and content with our credentials. */
    PROXY,
    /** A connection to the platform, by way of the proxy if there is one. */
    TCP,
    /** TLS with the platform. */
    TLS,
    /** An answer to a request. */
    HTTP
  }

  Unreachable(Step step, String what, String fix, @Nullable Throwable cause) {
    super(what + "; " + fix, cause);
    this.step = step;
    this.what = what;
    this.fix = fix;
  }

  /** Where it ended. */
  public Step step() {
    return step;
  }

  /** What happened there. */
  public String what() {
    return what;
  }

  /** What to do about it. */
  public String fix() {
    return fix;
  }
}
