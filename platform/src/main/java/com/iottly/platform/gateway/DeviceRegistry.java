package com.iottly.platform.gateway;

import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.ProjectId;
import com.iottly.wire.Payload;

/** What the gateway asks about devices. Calls may block: virtual threads only. */
public interface DeviceRegistry {

  /** Whose token this is, and whether it opens the door now. */
  Verdict authenticate(String token);

  /** The answer to {@link #authenticate}. */
  sealed interface Verdict {

    /** The device may connect. */
    record Accepted(ProjectId project, DeviceId device) implements Verdict {}

    /**
     * It may not.
     *
     * @param code a stable name of the reason
     * @param sentence what is wrong and what to do, for the person at the device
     */
    record Refused(String code, String sentence) implements Verdict {}
  }

  /** The device said hello and its session is open. */
  void connected(DeviceId device, String agentVersion, Payload info);
}
