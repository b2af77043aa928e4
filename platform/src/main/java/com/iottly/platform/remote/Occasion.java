package com.iottly.platform.remote;

import com.iottly.platform.core.DeviceId;
import java.time.Instant;
import java.util.UUID;

/**
 * What a session is about.
 *
 * @param id what the platform calls it
 * @param visitor who asked
 * @param device on which device
 * @param service for which service
 * @param since when
 */
record Occasion(UUID id, Visitor visitor, DeviceId device, String service, Instant since) {

  boolean isShell() {
    return service.equals("shell");
  }

  boolean isOfSameUserAs(Occasion other) {
    return visitor.name().equals(other.visitor.name());
  }
}
