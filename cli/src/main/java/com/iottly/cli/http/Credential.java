package com.iottly.cli.http;

import java.net.http.HttpRequest;

/** What a request is let in with. Its text never shows the secret. */
public sealed interface Credential {

  /** Puts it into a request. */
  void sign(HttpRequest.Builder request, boolean changes);

  /** A project's API key. */
  record ApiKey(String secret) implements Credential {

    @Override
    public void sign(HttpRequest.Builder request, boolean changes) {
      request.header("Authentication", "bearer " + secret);
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
    public void sign(HttpRequest.Builder request, boolean changes) {
      request.header("Cookie", cookie);
      if (changes) {
        request.header("X-CSRF-Token", csrfToken);
      }
    }

    @Override
    public String toString() {
      return "user " + user;
    }
  }

  /** Nobody yet: what signing in is done with. */
  record None() implements Credential {

    @Override
    public void sign(HttpRequest.Builder request, boolean changes) {}
  }
}
