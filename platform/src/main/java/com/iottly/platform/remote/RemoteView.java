package com.iottly.platform.remote;

import com.iottly.platform.audit.Actor;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.ProjectId;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;

/**
 * A look at an open session.
 *
 * @param id what the platform calls it
 * @param since when it was asked for
 * @param toDevice how many bytes went to the device
 * @param fromDevice how many came from it
 */
public record RemoteView(
    UUID id,
    ProjectId project,
    DeviceId device,
    String service,
    Actor actor,
    Instant since,
    State state,
    long toDevice,
    long fromDevice) {

  /** Where a session is. */
  public enum State {
    /** The device was asked and has not answered. */
    OPENING,
    /** Bytes may go. */
    OPEN,
    /** The device is away, and may come back. */
    WAITING;

    /** The name in the public API. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
