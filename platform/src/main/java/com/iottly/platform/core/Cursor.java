package com.iottly.platform.core;

/**
 * A reader's place in a {@link Journal}. Opaque: only the journal that made it can read it, and
 * only order per device is promised across cursors.
 *
 * @param token at most 200 URL-safe characters
 */
public record Cursor(String token) {

  @Override
  public String toString() {
    return token;
  }
}
