package com.iottly.platform.server;

import com.iottly.platform.access.CertificateRequest;
import com.iottly.platform.access.DeviceCertificates;
import com.iottly.platform.access.DeviceTokens;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.fleet.Devices;
import com.iottly.platform.fleet.Standing;
import com.iottly.platform.gateway.DeviceRegistry;
import com.iottly.wire.Payload;
import java.util.Optional;

/** What the gateway may know of the fleet: what opens the door, and who came. */
record Registry(DeviceTokens tokens, DeviceCertificates certificates, Devices devices)
    implements DeviceRegistry {

  @Override
  public Verdict authenticate(Credentials shown) {
    return switch (tokens.verify(shown.token())) {
      case DeviceTokens.Verdict.Invalid(DeviceTokens.Flaw flaw) ->
          refused(
              "token_invalid",
              "The device token is not accepted: "
                  + flaw.sentence()
                  + ". Provision the device again.");
      case DeviceTokens.Verdict.Valid(DeviceTokens.Claims claims) ->
          switch (devices.standing(claims.device(), claims.generation())) {
            case Standing.Active(ProjectId project) -> accepted(project, claims, shown);
            case Standing.Revoked() ->
                refused(
                    "token_revoked",
                    "The device token was revoked, or a newer one was made. Provision the device again.");
            case Standing.Unknown() ->
                refused("device_deleted", "The device was deleted. Provision it again.");
          };
    };
  }

  private Verdict accepted(ProjectId project, DeviceTokens.Claims claims, Credentials shown) {
    return certificates
        .flaw(shown.certificate(), claims.device(), claims.generation())
        .map(flaw -> refused(flaw.code(), flaw.sentence()))
        .orElseGet(() -> new Verdict.Accepted(project, claims.device()));
  }

  private static Verdict refused(String code, String sentence) {
    return new Verdict.Refused(code, sentence);
  }

  @Override
  public Certification certify(Credentials shown, String request) {
    if (authenticate(shown) instanceof Verdict.Refused refused) {
      return new Certification.NotAdmitted(refused);
    }
    if (certificates.demand() == DeviceCertificates.Demand.OFF) {
      return new Certification.NotIssued();
    }
    Optional<CertificateRequest> asked = CertificateRequest.parse(request);
    if (asked.isEmpty()
        || !(tokens.verify(shown.token())
            instanceof DeviceTokens.Verdict.Valid(DeviceTokens.Claims claims))) {
      return new Certification.BadRequest(CertificateRequest.ALLOWED);
    }
    return certificates
        .issue(claims.device(), claims.generation(), asked.get())
        .<Certification>map(Certification.Issued::new)
        .orElseGet(Certification.NotIssued::new);
  }

  @Override
  public void connected(DeviceId device, String agentVersion, Payload info) {
    devices.setAgentVersion(device, agentVersion);
  }
}
