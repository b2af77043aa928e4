package com.iottly.platform.server;

import com.iottly.platform.access.DeviceTokens;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.fleet.Devices;
import com.iottly.platform.fleet.Standing;
import com.iottly.platform.gateway.DeviceRegistry;
import com.iottly.wire.Payload;

/** What the gateway may know of the fleet: tokens that open the door, and who came. */
record Registry(DeviceTokens tokens, Devices devices) implements DeviceRegistry {

  @Override
  public Verdict authenticate(String token) {
    return switch (tokens.verify(token)) {
      case DeviceTokens.Verdict.Invalid(DeviceTokens.Flaw flaw) ->
          refused(
              "token_invalid",
              "The device token is not accepted: "
                  + flaw.sentence()
                  + ". Provision the device again.");
      case DeviceTokens.Verdict.Valid(DeviceTokens.Claims claims) ->
          switch (devices.standing(claims.device(), claims.generation())) {
            case Standing.Active(ProjectId project) ->
                new Verdict.Accepted(project, claims.device());
            case Standing.Revoked() ->
                refused(
                    "token_revoked",
                    "The device token was revoked, or a newer one was made. Provision the device again.");
            case Standing.Unknown() ->
                refused("device_deleted", "The device was deleted. Provision it again.");
          };
    };
  }

  private static Verdict refused(String code, String sentence) {
    return new Verdict.Refused(code, sentence);
  }

  @Override
  public void connected(DeviceId device, String agentVersion, Payload info) {
    devices.setAgentVersion(device, agentVersion);
  }
}
