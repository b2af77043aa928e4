package com.iottly.bench;

import java.util.Locale;

/**
 * A device of the platform that the bench plays.
 *
 * @param id the platform's id of it
 * @param token its device token, a secret
 * @param number its place among the bench's devices, from 0
 */
record Device(String id, String token, int number) {

  String name() {
    return String.format(Locale.ROOT, "bench-%05d", number);
  }

  @Override
  public String toString() {
    return name();
  }
}
