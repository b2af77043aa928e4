package com.iottly.cli;

import java.io.ByteArrayOutputStream;

/** Finds {@code ~.} at the beginning of a line of what is typed, as ssh does. One thread. */
final class Escape {

  private boolean atStart = true;
  private boolean tilde;
  private boolean leaving;

  /** Whether the person wants to leave. */
  boolean leaving() {
    return leaving;
  }

  /** What of it is for the device; {@code ~~} is one tilde. */
  byte[] pass(byte[] typed, int length) {
    var passed = new ByteArrayOutputStream(length + 1);
    for (int i = 0; i < length && !leaving; i++) {
      byte b = typed[i];
      if (tilde) {
        tilde = false;
        leaving = b == '.';
        if (b != '~' && !leaving) {
          passed.write('~');
        }
      } else if (atStart && b == '~') {
        tilde = true;
        continue;
      }
      if (!leaving) {
        passed.write(b);
      }
      atStart = b == '\r' || b == '\n';
    }
    return passed.toByteArray();
  }
}
