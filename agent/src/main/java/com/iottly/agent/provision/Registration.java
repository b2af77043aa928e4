package com.iottly.agent.provision;

import com.iottly.agent.machine.Binding;
import com.iottly.agent.machine.Machine;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the platform is asked for.
 *
 * @param platform the platform's address, {@code https://host[:port]}
 * @param name the device's name; the platform chooses one when it is empty
 * @param license the license token to take; the platform chooses one when it is empty
 * @param machine what the platform is told
 * @param binding what is compared at every start
 */
public record Registration(
    URI platform,
    Permission permission,
    Optional<String> name,
    Optional<String> license,
    String agentVersion,
    Machine machine,
    Binding binding) {

  /** What allows the registration; secrets are not shown. */
  public sealed interface Permission {

    /** An API key of a project. */
    record ApiKey(String project, String key) implements Permission {
      @Override
      public String toString() {
        return "ApiKey[project=" + project + "]";
      }
    }

    /** A one-time code. */
    record PairCode(String code) implements Permission {
      @Override
      public String toString() {
        return "PairCode[]";
      }
    }
  }

  /**
   * The request's body.
   *
   * @param certificateRequest in PEM, or empty for none
   */
  Map<String, Object> body(Optional<String> certificateRequest) {
    var body = new LinkedHashMap<String, Object>();
    switch (permission) {
      case Permission.ApiKey key -> body.put("project", key.project());
      case Permission.PairCode pairing -> body.put("pair_code", pairing.code());
    }
    name.ifPresent(given -> body.put("name", given));
    body.put("macaddress", machine.macAddress());
    body.put("machine_id", machine.machineId());
    license.ifPresent(token -> body.put("license", token));
    body.put("agent_version", agentVersion);
    body.put("os", machine.os());
    body.put("arch", machine.arch());
    body.put("hostname", machine.hostname());
    certificateRequest.ifPresent(pem -> body.put("certificate_request", pem));
    return body;
  }
}
