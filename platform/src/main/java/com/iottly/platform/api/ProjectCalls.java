package com.iottly.platform.api;

import com.iottly.platform.access.Scope;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.fleet.Fleet;
import com.iottly.platform.fleet.License;
import com.iottly.platform.fleet.LicenseToken;
import com.iottly.platform.fleet.Project;
import java.util.List;

/** {@code ping}, {@code inspect} and {@code license} (contract §2). */
final class ProjectCalls {

  private final Fleet fleet;
  private final DeviceJson deviceJson;

  ProjectCalls(Fleet fleet, DeviceJson deviceJson) {
    this.fleet = fleet;
    this.deviceJson = deviceJson;
  }

  List<Route> routes() {
    return List.of(
        Route.get("project/ping")
            .is("ping", "Projects", "Whether the key works")
            .original()
            .needs(Scope.READ)
            .answers(Schema.object().with("status", Schema.choice("pong")).closed())
            .to(_ -> ping()),
        Route.get("project/{project}/inspect")
            .is("inspectProject", "Projects", "The project, and where to get its agent")
            .original()
            .needs(Scope.READ)
            .answers(
                Schema.object()
                    .with("id", Schema.text())
                    .with("name", Schema.text())
                    .with("projectgetagenturl", Schema.text())
                    .with("agentfile", Schema.text())
                    .with("agentapihost", Schema.text())
                    .with("board", Schema.text())
                    .closed())
            .to(this::inspect),
        Route.get("project/{project}/license")
            .is("listLicenseStates", "Licenses", "All licenses of the project by token")
            .original()
            .needs(Scope.READ)
            .answers(DeviceJson.LICENSES)
            .to(this::licenses),
        Route.get("project/{project}/license/{license}")
            .is("getLicenseState", "Licenses", "One license")
            .original()
            .needs(Scope.READ)
            .answers(DeviceJson.LICENSES)
            .refuses(404, "license_unknown")
            .to(this::license));
  }

  private static Answer ping() {
    return Answer.ok(Json.object().put("status", "pong"));
  }

  private Answer inspect(ApiCall call) {
    Project project =
        fleet
            .projects()
            .find(call.project())
            .orElseThrow(
                () -> ApiError.forbidden("wrong_project", "The project of this key was deleted."));
    return Answer.ok(
        Json.object()
            .put("id", project.id().value())
            .put("name", project.name())
            .put("projectgetagenturl", call.origin() + AgentDownload.PATH)
            .put("agentfile", AgentDownload.FILE_NAME)
            .put("agentapihost", PublicOrigin.host(call.origin()))
            .put("board", project.deviceType().label()));
  }

  private Answer licenses(ApiCall call) {
    var all = Json.object();
    for (License license : fleet.licenses().list(call.project())) {
      all.set(license.token().value(), deviceJson.license(license));
    }
    return Answer.ok(all);
  }

  private Answer license(ApiCall call) {
    ProjectId project = call.project();
    License license =
        LicenseToken.parse(call.parameter("license"))
            .flatMap(token -> fleet.licenses().find(project, token))
            .orElseThrow(() ->
                ApiError.notFound(
                    "license_unknown",
                    "This project has no such license. 'GET project/"
                        + project
                        + "/license' lists those it has."));
    return Answer.ok(Json.object().set(license.token().value(), deviceJson.license(license)));
  }
}
