package com.iottly.agent.remote.policy;

import com.iottly.agent.channel.RefusedException;

/** What every service refuses in the same words. */
public final class Refusals {

  private Refusals() {}

  /** The device's owner has not allowed that service. */
  public static RefusedException disabled(String service) {
    return new RefusedException(
        "disabled",
        "%s is off on this device; [remote] %s = true in its configuration turns it on"
            .formatted(service, service));
  }

  /** The device's owner has not allowed that. */
  public static RefusedException notAllowed(String what, String key) {
    return new RefusedException(
        "not_allowed",
        "%s is not allowed on this device; its configuration lists what is: [remote] %s"
            .formatted(what, key));
  }
}
