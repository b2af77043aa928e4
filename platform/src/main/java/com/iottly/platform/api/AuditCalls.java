package com.iottly.platform.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.platform.access.Scope;
import com.iottly.platform.audit.Actor;
import com.iottly.platform.audit.AuditEntry;
import com.iottly.platform.audit.AuditLog;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.filter.QueryException;
import com.iottly.platform.filter.TimeParameter;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who changed what, when and from where. */
final class AuditCalls {

  private static final Parameter.Text ACTOR =
      Parameter.Text.of("actor", "Only what this user did, or the key with this id.");
  private static final Parameter.Text ACTION =
      Parameter.Text.of("action", "Only this, `device.delete`, or all of a kind, `device`.");
  private static final Parameter.Text FROM =
      Parameter.Text.of("from", "The earliest moment: ISO 8601, or (milli)seconds since 1970.");
  private static final Parameter.Text TO =
      Parameter.Text.of("to", "Before which moment: ISO 8601, or (milli)seconds since 1970.");
  private static final Schema ENTRY =
      Schema.object()
          .with("moment", Schema.moment())
          .with(
              "actor_kind",
              Schema.choice(Arrays.stream(Actor.Kind.values()).map(Actor.Kind::wireName).toList()))
          .with("actor", Schema.text().describedAs("A user's name or a key's id."))
          .with("address", Schema.text().orNull())
          .with("project", Schema.text().orNull())
          .with("action", Schema.text())
          .with("target", Schema.text())
          .with("detail", Schema.text())
          .closed()
          .named("AuditEntry");

  private final AuditLog log;

  AuditCalls(AuditLog log) {
    this.log = log;
  }

  List<Route> routes() {
    return List.of(
        Route.get("audit")
            .is("listAllChanges", "Audit", "Who changed what in the installation, newest first")
            .needs(new Access.Administrator())
            .query(ACTOR, ACTION, FROM, TO, Paging.LIMIT, Paging.CURSOR)
            .answers(Paging.page("entries", ENTRY))
            .to(call -> list(call, null)),
        Route.get("project/{project}/audit")
            .is("listChanges", "Audit", "Who changed what in the project, newest first")
            .needs(Scope.MANAGE)
            .query(ACTOR, ACTION, FROM, TO, Paging.LIMIT, Paging.CURSOR)
            .answers(Paging.page("entries", ENTRY))
            .to(call -> list(call, call.project())));
  }

  private Answer list(ApiCall call, @Nullable ProjectId project) {
    AuditLog.Filter filter =
        new AuditLog.Filter(
            project,
            ACTOR.in(call).orElse(null),
            ACTION.in(call).orElse(null),
            time(call, FROM),
            time(call, TO));
    return Paging.answer(
        call,
        "entries",
        log.list(filter, before(call), Paging.lookFor(call)),
        AuditCalls::json,
        entry -> Long.toString(entry.position()));
  }

  private static long before(ApiCall call) {
    String after = Paging.after(call);
    try {
      return after.isEmpty() ? Long.MAX_VALUE : Long.parseLong(after);
    } catch (NumberFormatException e) {
      throw Paging.badCursor();
    }
  }

  private static @Nullable Instant time(ApiCall call, Parameter.Text moment) {
    try {
      return moment.in(call).map(text -> TimeParameter.parse(moment.name(), text)).orElse(null);
    } catch (QueryException e) {
      throw ApiError.badRequest("bad_parameter", String.valueOf(e.getMessage()));
    }
  }

  private static ObjectNode json(AuditEntry entry) {
    ProjectId project = entry.project();
    return Json.object()
        .put("moment", entry.moment().toString())
        .put("actor_kind", entry.actor().kind().wireName())
        .put("actor", entry.actor().name())
        .put("address", entry.actor().address())
        .put("project", project == null ? null : project.value())
        .put("action", entry.action())
        .put("target", entry.target())
        .put("detail", entry.detail());
  }
}
