package com.iottly.platform.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.platform.access.Scope;
import com.iottly.platform.fleet.Device;
import com.iottly.platform.fleet.License;
import com.iottly.platform.fleet.LicenseToken;
import com.iottly.platform.fleet.Licenses;
import com.iottly.platform.fleet.Saved;
import java.util.List;
import java.util.Optional;

/** Licenses: list by the page, make many, revoke. */
final class LicenseCalls {

  private static final Parameter.Choice STATUS =
      Parameter.Choice.of("status", "Only those.", "available", "paired");
  private static final Schema LICENSE =
      Schema.object()
          .with("token", Schema.text())
          .with("status", Schema.choice("available", "paired"))
          .with("device", Schema.text().orNull())
          .closed()
          .named("License");

  private final Licenses licenses;
  private final int mostAtOnce;

  LicenseCalls(Licenses licenses, int mostAtOnce) {
    this.licenses = licenses;
    this.mostAtOnce = mostAtOnce;
  }

  List<Route> routes() {
    return List.of(
        Route.get("project/{project}/licenses")
            .is("listLicenses", "Licenses", "The project's licenses by token")
            .needs(Scope.READ)
            .query(STATUS, Paging.LIMIT, Paging.CURSOR)
            .answers(Paging.page("licenses", LICENSE))
            .to(this::list),
        Route.post("project/{project}/licenses")
            .is("createLicenses", "Licenses", "Makes so many licenses, all or none")
            .needs(Scope.MANAGE)
            .reads(
                Schema.object().with("count", Schema.number(1, mostAtOnce)).closed(),
                """
                {"count": 3}
                """)
            .answers(Schema.object().with("licenses", Schema.listOf(LICENSE)).closed())
            .refuses(400, "bad_count")
            .to(this::create),
        Route.delete("project/{project}/licenses/{license}")
            .is("revokeLicense", "Licenses", "Deletes a license that no device has")
            .needs(Scope.MANAGE)
            .answers(Schema.object().closed())
            .refuses(404, "license_unknown")
            .refuses(409, "license_paired")
            .to(this::revoke));
  }

  private Answer list(ApiCall call) {
    Boolean paired = STATUS.in(call).map("paired"::equals).orElse(null);
    List<License> found =
        licenses.list(call.project(), paired, Paging.after(call), Paging.lookFor(call));
    return Paging.answer(
        call, "licenses", found, LicenseCalls::json, license -> license.token().value());
  }

  private Answer create(ApiCall call) {
    return switch (licenses.create(call.project(), call.body().get("count").intValue())) {
      case Saved.Done<List<License>>(List<License> made) -> {
        ObjectNode answer = Json.object();
        ArrayNode list = answer.putArray("licenses");
        made.forEach(license -> list.add(json(license)));
        yield Answer.ok(answer);
      }
      case Saved.Refused<List<License>>(String problem) ->
          throw ApiError.badRequest("bad_count", problem);
      case Saved.Missing<List<License>>() -> throw ProjectAdminCalls.gone();
    };
  }

  private Answer revoke(ApiCall call) {
    Optional<LicenseToken> token = LicenseToken.parse(call.parameter("license"));
    if (token.isEmpty()) {
      throw unknown();
    }
    return switch (licenses.delete(call.project(), token.get())) {
      case DELETED -> Answer.ok(Json.object());
      case PAIRED ->
          throw ApiError.conflict(
              "license_paired", "A device has this license. Delete the device first.");
      case UNKNOWN -> throw unknown();
    };
  }

  private static ApiError unknown() {
    return ApiError.notFound(
        "license_unknown",
        "This project has no such license. 'GET project/<project>/licenses' lists them.");
  }

  private static ObjectNode json(License license) {
    Device device = license.device();
    return Json.object()
        .put("token", license.token().value())
        .put("status", device == null ? "available" : "paired")
        .put("device", device == null ? null : device.id().toString());
  }
}
