package com.iottly.platform.core;

import com.iottly.wire.Payload;

/** What the history says when a device was registered again. */
public final class RegistrationNote {

  private RegistrationNote() {}

  /**
   * The message.
   *
   * @param machineId which machine registered: letters, digits and {@code . _ : -}
   * @param conflict whether another machine was connected as this device
   */
  public static Payload payload(String machineId, boolean conflict) {
    return Payload.of(
        "{\"registration\":{\"again\":true,\"machine_id\":\"%s\",\"another_was_connected\":%s}}"
            .formatted(machineId, conflict));
  }
}
