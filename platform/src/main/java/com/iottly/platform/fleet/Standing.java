package com.iottly.platform.fleet;

import com.iottly.platform.core.ProjectId;

/** Whether a device with a token of some generation may connect. */
public sealed interface Standing {

  /** It may. */
  record Active(ProjectId project) implements Standing {}

  /** The token is not of the present generation: register the device again. */
  record Revoked() implements Standing {}

  /** The device does not exist any more. */
  record Unknown() implements Standing {}
}
