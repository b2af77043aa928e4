package com.iottly.platform.core;

import com.iottly.wire.Payload;
import java.util.Locale;

/** Whether a device has a session (contract §7). */
public enum Presence {
  CONNECTED,
  DISCONNECTED;

  /** What the history shows. */
  public Payload payload() {
    return Payload.of("{\"connectionstatus\":\"" + name().toLowerCase(Locale.ROOT) + "\"}");
  }
}
