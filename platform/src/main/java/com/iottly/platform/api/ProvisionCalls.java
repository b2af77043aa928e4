package com.iottly.platform.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.platform.access.ApiKey;
import com.iottly.platform.access.CertificateRequest;
import com.iottly.platform.access.DeviceCertificates;
import com.iottly.platform.access.DeviceTokens;
import com.iottly.platform.access.Scope;
import com.iottly.platform.audit.Actor;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.fleet.Device;
import com.iottly.platform.fleet.Fleet;
import com.iottly.platform.fleet.LicenseToken;
import com.iottly.platform.fleet.Machine;
import com.iottly.platform.fleet.Registration;
import com.iottly.platform.gateway.DeviceGateway;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What {@code iottly-agent provision} calls: makes a machine a device and gives it a token. */
final class ProvisionCalls {

  private static final Logger LOG = LoggerFactory.getLogger(ProvisionCalls.class);

  static final Schema REGISTERED =
      Schema.object()
          .with(
              "device",
              Schema.object()
                  .with("id", Schema.text())
                  .with("name", Schema.text())
                  .with("license", Schema.text())
                  .closed())
          .with("project", Schema.text())
          .with("token", Schema.text().describedAs("The device's token; seen here only."))
          .with("endpoint", Schema.text())
          .maybe(
              "certificate",
              Schema.text()
                  .describedAs("A client certificate in PEM, on a platform that issues them."))
          .closed()
          .named("RegisteredDevice");

  private final Fleet fleet;
  private final DeviceTokens tokens;
  private final DeviceCertificates certificates;
  private final Predicate<DeviceId> connected;

  ProvisionCalls(
      Fleet fleet,
      DeviceTokens tokens,
      DeviceCertificates certificates,
      Predicate<DeviceId> connected) {
    this.fleet = fleet;
    this.tokens = tokens;
    this.certificates = certificates;
    this.connected = connected;
  }

  List<Route> routes() {
    Schema optional = Schema.text().orNull();
    return List.of(
        Route.post("agent/provision")
            .is(
                "provision",
                "Devices",
                "Makes a machine a device, with a key of scope `provision` or a pair code")
            .reads(
                Schema.object()
                    .with("macaddress", Schema.text())
                    .with("machine_id", Schema.text())
                    .maybe("project", optional)
                    .maybe("pair_code", optional)
                    .maybe("name", optional)
                    .maybe("hostname", optional)
                    .maybe("license", optional)
                    .maybe("agent_version", optional)
                    .maybe("os", optional)
                    .maybe("certificate_request", optional)
                    .open(),
                """
                {"pair_code": "{pair_code}", "macaddress": "02:00:5e:00:53:01", "machine_id": "4f1d2c"}
                """)
            .answers(REGISTERED)
            .refuses(400, "license_unknown", "bad_registration", "bad_certificate_request")
            .refuses(401, "key_missing", "pair_code_unknown", "pair_code_expired", "pair_code_used")
            .refuses(403, "scope_missing", "wrong_project")
            .refuses(409, "needs_approval", "license_taken", "no_license_left")
            .to(this::provision));
  }

  private Answer provision(ApiCall call) {
    Machine machine =
        new Machine(
            call.text("macaddress"),
            call.text("machine_id"),
            call.optionalText("agent_version").orElse(null),
            call.optionalText("os").orElse(null));
    // Before the pair code is used up and the earlier token void.
    Optional<CertificateRequest> certificateRequest = certificateRequest(call);
    Optional<String> pairCode = call.optionalText("pair_code");
    Registration registration =
        pairCode.isPresent()
            ? new Actor(Actor.Kind.PAIR_CODE, "", call.address())
                .does(() -> fleet.devices().pair(pairCode.get(), machine, connected))
            : register(call, machine);
    Registration.Registered registered = require(registration);
    LOG.atInfo()
        .addKeyValue("device", registered.device().id())
        .addKeyValue("again", registered.again())
        .addKeyValue("conflict", registered.conflict())
        .log("Registered a device");
    Device device = registered.device();
    ObjectNode answer = json(call, device, tokens);
    certificateRequest
        .flatMap(asked -> certificates.issue(device.id(), device.generation(), asked))
        .ifPresent(certificate -> answer.put("certificate", certificate));
    return Answer.ok(answer);
  }

  private Optional<CertificateRequest> certificateRequest(ApiCall call) {
    Optional<String> text = call.optionalText("certificate_request");
    Optional<CertificateRequest> asked = text.flatMap(CertificateRequest::parse);
    boolean missing = text.isEmpty() && certificates.demand() == DeviceCertificates.Demand.REQUIRED;
    if (missing || (text.isPresent() && asked.isEmpty())) {
      throw ApiError.badRequest(
          "bad_certificate_request",
          (missing ? "This platform wants devices to have a client certificate. " : "")
              + "Send in \"certificate_request\" "
              + CertificateRequest.ALLOWED
              + ".");
    }
    return asked;
  }

  /** The registration, if it is one; otherwise why it is none. */
  static Registration.Registered require(Registration registration) {
    return switch (registration) {
      case Registration.Registered registered -> registered;
      case Registration.NeedsApproval _ ->
          throw ApiError.conflict(
              "needs_approval",
              "A device with this MAC address is connected right now. Stop its agent and try again, or"
                  + " have the registration approved in the project.");
      case Registration.LicenseUnknown(LicenseToken license) ->
          throw ApiError.badRequest(
              "license_unknown",
              "The project has no license " + license + "; leave it out to get any.");
      case Registration.LicenseTaken(LicenseToken license) ->
          throw ApiError.conflict(
              "license_taken",
              "Another device has the license " + license + "; leave it out to get any.");
      case Registration.NoLicenseLeft(int cap) ->
          throw ApiError.conflict(
              "no_license_left",
              "All "
                  + cap
                  + " licenses of this project are in use. Delete a device or raise the cap.");
      case Registration.ProjectUnknown() ->
          throw ApiError.forbidden("wrong_project", "The project of this key was deleted.");
      case Registration.CodeUnknown() ->
          throw ApiError.unauthorized(
              "pair_code_unknown", "This pair code is unknown. Make a new one.");
      case Registration.CodeExpired() ->
          throw ApiError.unauthorized(
              "pair_code_expired", "This pair code was not used within its hour. Make a new one.");
      case Registration.CodeUsed() ->
          throw ApiError.unauthorized(
              "pair_code_used",
              "This pair code was used before; each is good once. Make a new one.");
      case Registration.Refused(String problem) ->
          throw ApiError.badRequest("bad_registration", problem);
    };
  }

  static LicenseToken license(String text) {
    return LicenseToken.parse(text)
        .orElseThrow(() ->
            ApiError.badRequest("license_unknown", "A license has 32 lower-case hex digits."));
  }

  private Registration register(ApiCall call, Machine machine) {
    if (!(call.caller() instanceof Caller.Key(ApiKey key))) {
      throw ApiError.unauthorized(
          "key_missing",
          "Send an API key in the header 'Authentication: bearer <API_KEY>', or a \"pair_code\".");
    }
    Gate.requireScope(key, Scope.PROVISION);
    Optional<ProjectId> project = ProjectId.parse(call.text("project"));
    if (project.filter(key.project()::equals).isEmpty()) {
      throw ApiError.forbidden(
          "wrong_project",
          "This API key is of another project. Use a key of the project you name.");
    }
    LicenseToken license = call.optionalText("license").map(ProvisionCalls::license).orElse(null);
    Optional<String> name = call.optionalText("name");
    return name.isPresent()
        ? fleet.devices().register(key.project(), machine, name.get(), license, connected)
        : fleet
            .devices()
            .registerUnnamed(
                key.project(),
                machine,
                call.optionalText("hostname").orElse("device"),
                license,
                connected);
  }

  /** What a device's agent needs: its identity, and a token of the present generation. */
  static ObjectNode json(ApiCall call, Device device, DeviceTokens tokens) {
    var answer = Json.object();
    answer
        .putObject("device")
        .put("id", device.id().toString())
        .put("name", device.name())
        .put("license", device.license().value());
    return answer
        .put("project", device.project().value())
        .put("token", tokens.issue(device.project(), device.id(), device.generation()))
        .put("endpoint", PublicOrigin.webSocket(call.origin()) + DeviceGateway.PATH);
  }
}
