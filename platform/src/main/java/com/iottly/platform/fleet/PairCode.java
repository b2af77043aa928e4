package com.iottly.platform.fleet;

import com.iottly.platform.core.Sha256;
import java.time.Instant;

/**
 * A one-time code that lets one machine register. A secret: this is the only time it is seen.
 *
 * @param code {@code ipc_} and 27 of {@code A-Z a-z 0-9 _ -}: 160 random bits
 * @param expires from when it is void
 */
public record PairCode(String code, Instant expires) {

  static final int ID_DIGITS = 16;

  /** Its name, which is no secret: the beginning of its hash, 16 hex digits. */
  public String id() {
    return idOf(Sha256.hex(code));
  }

  static String idOf(String hash) {
    return hash.substring(0, ID_DIGITS);
  }

  /** Without the code, so that a log line can't give it away. */
  @Override
  public String toString() {
    return "PairCode[expires=" + expires + "]";
  }
}
