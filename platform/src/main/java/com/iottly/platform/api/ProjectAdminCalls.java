package com.iottly.platform.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.platform.access.ApiKey;
import com.iottly.platform.access.Scope;
import com.iottly.platform.access.UserSession;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.fleet.Census;
import com.iottly.platform.fleet.DeviceType;
import com.iottly.platform.fleet.Project;
import com.iottly.platform.fleet.ProjectFilter;
import com.iottly.platform.fleet.ProjectSettings;
import com.iottly.platform.fleet.Projects;
import com.iottly.platform.fleet.Saved;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Projects: find, make, change, delete. */
final class ProjectAdminCalls {

  private static final String TAG = "Projects";
  private static final Parameter.Text SEARCH =
      Parameter.Text.of("search", "Only those whose name or id contains this.");
  private static final Parameter.Text TAGGED =
      Parameter.Text.of("tag", "Only those with this tag.");
  private static final Schema TYPE =
      Schema.choice(Arrays.stream(DeviceType.values()).map(DeviceType::label).toList());
  private static final Schema CAP = Schema.number(0, 1_000_000).orNull();
  private static final Schema RETENTION = Schema.number(3_600, 315_360_000);
  private static final Schema BYTES = Schema.number(1 << 20, Long.MAX_VALUE);
  private static final Schema PROJECT =
      Schema.object()
          .with("id", Schema.text())
          .with("name", Schema.text())
          .with("type", TYPE)
          .with("tags", Schema.listOf(Schema.text()))
          .with("license_cap", CAP)
          .with("retention_seconds", RETENTION)
          .with("retention_bytes", BYTES)
          .with("approve_reregistration", Schema.flag())
          .maybe(
              "devices",
              Schema.object()
                  .with("total", Schema.count())
                  .with("connected", Schema.count())
                  .closed()
                  .describedAs("In the list of projects."))
          .with("created", Schema.moment())
          .closed()
          .named("Project");

  private final Projects projects;
  private final Census census;
  private final Supplier<Map<ProjectId, Integer>> connected;

  /**
   * @param connected how many devices are connected, of each project of which one is
   */
  ProjectAdminCalls(Projects projects, Census census, Supplier<Map<ProjectId, Integer>> connected) {
    this.projects = projects;
    this.census = census;
    this.connected = connected;
  }

  List<Route> routes() {
    return List.of(
        Route.get("projects")
            .is("listProjects", TAG, "The projects one belongs to; all for an administrator")
            .needs(Scope.READ)
            .query(SEARCH, TAGGED, Paging.LIMIT, Paging.CURSOR)
            .answers(Paging.page("projects", PROJECT))
            .to(this::list),
        Route.post("projects")
            .is("createProject", TAG, "Makes a project")
            .needs(new Access.Administrator())
            .reads(
                settings(Schema.object().with("name", Schema.text())),
                """
                {"name": "Cold rooms", "type": "Linux ARM64", "tags": ["north"], "retention_seconds": 7776000}
                """)
            .answers(PROJECT)
            .refuses(400, "bad_project")
            .to(this::create),
        Route.get("project/{project}")
            .is("getProject", TAG, "The project with its settings")
            .needs(Scope.READ)
            .answers(PROJECT)
            .to(call -> Answer.ok(json(project(call)))),
        Route.patch("project/{project}")
            .is("updateProject", TAG, "Changes the project; what is left out stays")
            .needs(Scope.MANAGE)
            .reads(
                settings(Schema.object().maybe("name", Schema.text())),
                """
                {"name": "Cold rooms north", "license_cap": null}
                """)
            .answers(PROJECT)
            .refuses(400, "bad_project")
            .to(this::update),
        Route.delete("project/{project}")
            .is("deleteProject", TAG, "Deletes the project with all that belongs to it")
            .needsPerson(Scope.MANAGE)
            .answers(Schema.object().closed())
            .to(this::delete));
  }

  private static Schema settings(Schema.Members members) {
    return members
        .maybe("type", TYPE)
        .maybe("tags", Schema.listOf(Schema.text()))
        .maybe("license_cap", CAP)
        .maybe("retention_seconds", RETENTION)
        .maybe("retention_bytes", BYTES)
        .maybe("approve_reregistration", Schema.flag())
        .closed();
  }

  private Answer list(ApiCall call) {
    String search = SEARCH.in(call).orElse(null);
    String tag = TAGGED.in(call).orElse(null);
    ProjectFilter filter =
        switch (call.caller()) {
          case Caller.Person(UserSession session) ->
              new ProjectFilter(
                  search, tag, session.user().administrator() ? null : session.user().name(), null);
          case Caller.Key(ApiKey key) -> new ProjectFilter(search, tag, null, key.project());
          case Caller.Nobody() -> throw new IllegalStateException("this route is not for anyone");
        };
    List<Project> found = projects.list(filter, Paging.after(call), Paging.lookFor(call));
    Map<ProjectId, Integer> total = census.devices();
    Map<ProjectId, Integer> now = connected.get();
    return Paging.answer(
        call,
        "projects",
        found,
        project -> {
          ObjectNode json = json(project);
          json.putObject("devices")
              .put("total", total.getOrDefault(project.id(), 0))
              .put("connected", now.getOrDefault(project.id(), 0));
          return json;
        },
        project -> project.id().value());
  }

  private Answer create(ApiCall call) {
    return saved(
        projects.create(
            call.text("name"),
            call.optionalText("type").flatMap(DeviceType::of).orElse(DeviceType.LINUX_AMD64),
            call.texts("tags"),
            over(call.body(), ProjectSettings.defaults())));
  }

  private Answer update(ApiCall call) {
    Project before = project(call);
    return saved(
        projects.update(
            before.id(),
            call.optionalText("name").orElse(before.name()),
            call.optionalText("type").flatMap(DeviceType::of).orElse(before.deviceType()),
            call.body().has("tags") ? call.texts("tags") : before.tags(),
            over(call.body(), before.settings())));
  }

  private static ProjectSettings over(JsonNode body, ProjectSettings before) {
    JsonNode cap = body.path("license_cap");
    return new ProjectSettings(
        cap.isMissingNode() ? before.licenseCap() : cap.isNull() ? null : (Integer) cap.intValue(),
        Duration.ofSeconds(
            body.path("retention_seconds").asLong(before.retentionAge().toSeconds())),
        body.path("retention_bytes").asLong(before.retentionBytes()),
        body.path("approve_reregistration").asBoolean(before.approveReregistration()));
  }

  private Answer delete(ApiCall call) {
    if (!projects.delete(call.project())) {
      throw gone();
    }
    return Answer.ok(Json.object());
  }

  private Project project(ApiCall call) {
    ProjectId id = call.project();
    return projects.find(id).orElseThrow(ProjectAdminCalls::gone);
  }

  /** For who was let in a moment ago. */
  static ApiError gone() {
    return ApiError.forbidden("wrong_project", "This project was just deleted.");
  }

  private static Answer saved(Saved<Project> saved) {
    return switch (saved) {
      case Saved.Done<Project>(Project project) -> Answer.ok(json(project));
      case Saved.Refused<Project>(String problem) ->
          throw ApiError.badRequest("bad_project", problem);
      case Saved.Missing<Project>() -> throw gone();
    };
  }

  private static ObjectNode json(Project project) {
    ObjectNode json =
        Json.object()
            .put("id", project.id().value())
            .put("name", project.name())
            .put("type", project.deviceType().label());
    project.tags().forEach(json.putArray("tags")::add);
    ProjectSettings settings = project.settings();
    return json.put("license_cap", settings.licenseCap())
        .put("retention_seconds", settings.retentionAge().toSeconds())
        .put("retention_bytes", settings.retentionBytes())
        .put("approve_reregistration", settings.approveReregistration())
        .put("created", project.created().toString());
  }
}
