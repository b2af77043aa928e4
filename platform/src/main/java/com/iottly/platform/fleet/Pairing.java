package com.iottly.platform.fleet;

import java.time.Instant;
import java.util.Locale;

/**
 * A pair code that was made, without the code.
 *
 * @param id its name; not a secret
 * @param deviceName what the device is to be called
 * @param expires from when it is void
 * @param status what became of it
 */
public record Pairing(String id, String deviceName, Instant expires, Status status) {

  /** What became of a code. */
  public enum Status {
    OPEN,
    USED,
    EXPIRED;

    /** The name in the public API. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
