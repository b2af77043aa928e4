package com.iottly.agent.provision;

/**
 * The machine did not become a device; the message says why, in the platform's words if it spoke.
 */
public final class ProvisionException extends RuntimeException {

  private static final long serialVersionUID = 1;

  ProvisionException(String message) {
    super(message);
  }
}
