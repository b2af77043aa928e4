package com.iottly.cli.http;

import java.util.Map;

/** What a request is let in with. Its text never shows the secret. */
public sealed interface Credential {

  /** The headers of a request that is let in. */
  Map<String, String> headers(boolean changes);

  /** A project's API key. */
  record ApiKey(String secret) implements Credential {

    @Override
    public Map<String, String> headers(boolean changes) {
      return Map.of("Authentication", "bearer " + secret);
    }

    @Override
    public String toString() {
      return "API key";
    }
  }

  /**
   * A person who signed in.
   *
   * @param user their name
   * @param cookie the session's cookie, {@code name=value}
   * @param csrfToken what a request that changes something carries besides
   */
  record Person(String user, String cookie, String csrfToken) implements Credential {

    @Override
    public Map<String, String> headers(boolean changes) {
      return changes
          ? Map.of("Cookie", cookie, "X-CSRF-Token", csrfToken)
          : Map.of("Cookie", cookie);
    }

    @Override
    public String toString() {
      return "user " + user;
    }
  }

  /** Nobody yet: what signing in is done with. */
  record None() implements Credential {

    @Override
    public Map<String, String> headers(boolean changes) {
      return Map.of();
    }
  }
}
