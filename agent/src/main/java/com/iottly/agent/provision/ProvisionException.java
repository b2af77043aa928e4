package com.iottly.agent.provision;

/**
 * The machine did not become a device; the message says why, in the platform's words if it spoke.
 */
public final class ProvisionException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final boolean passing;

  private ProvisionException(String message, boolean passing) {
    super(message);
    this.passing = passing;
  }

  /** Nothing will change without a person. */
  static ProvisionException lasting(String message) {
    return new ProvisionException(message, false);
  }

  /** The network or the platform is not there now; trying again makes sense. */
  static ProvisionException passing(String message) {
    return new ProvisionException(message, true);
  }

  /** Whether trying again soon makes sense. */
  boolean isPassing() {
    return passing;
  }
}
