package com.iottly.platform.gateway;

import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.ProjectId;
import com.iottly.wire.Payload;
import java.security.cert.X509Certificate;
import java.util.Optional;

/** What the gateway asks about devices. Calls may block: virtual threads only. */
public interface DeviceRegistry {

  /**
   * What a device shows at the door.
   *
   * @param token the device token, a secret
   * @param certificate the client certificate whose key the TLS connection has proved
   */
  record Credentials(String token, Optional<X509Certificate> certificate) {
    @Override
    public String toString() {
      return "Credentials[]";
    }
  }

  /** Whose token this is, and whether it opens the door now. */
  Verdict authenticate(Credentials shown);

  /**
   * Makes a client certificate for the device that shows these credentials, if they open the door.
   *
   * @param request a certificate request in PEM
   */
  Certification certify(Credentials shown, String request);

  /** The answer to {@link #certify}. */
  sealed interface Certification {

    /** A certificate in PEM. */
    record Issued(String certificate) implements Certification {}

    /** The credentials don't open the door. */
    record NotAdmitted(Verdict.Refused why) implements Certification {}

    /** The request is none; what one is, in words. */
    record BadRequest(String allowed) implements Certification {}

    /** This platform issues none. */
    record NotIssued() implements Certification {}
  }

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
