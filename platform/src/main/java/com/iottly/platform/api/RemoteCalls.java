package com.iottly.platform.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.platform.access.Scope;
import com.iottly.platform.audit.Actor;
import com.iottly.platform.remote.RemoteSessions;
import com.iottly.platform.remote.RemoteView;
import java.util.Arrays;
import java.util.List;

/** Who has which service of which device open. */
final class RemoteCalls {

  private static final Schema SESSION =
      Schema.object()
          .with("id", Schema.text())
          .with("device", Schema.text())
          .with("service", Schema.text().describedAs("`shell`, `logs`, `files` or `tunnel`."))
          .with(
              "state",
              Schema.choice(
                  Arrays.stream(RemoteView.State.values())
                      .map(RemoteView.State::wireName)
                      .toList()))
          .with("since", Schema.moment())
          .with(
              "actor_kind",
              Schema.choice(Arrays.stream(Actor.Kind.values()).map(Actor.Kind::wireName).toList()))
          .with("actor", Schema.text().describedAs("A user's name or a key's id."))
          .with("address", Schema.text().orNull())
          .with("bytes_to_device", Schema.count())
          .with("bytes_from_device", Schema.count())
          .closed()
          .named("RemoteSession");

  private final RemoteSessions sessions;

  RemoteCalls(RemoteSessions sessions) {
    this.sessions = sessions;
  }

  List<Route> routes() {
    return List.of(
        Route.get("project/{project}/remote")
            .is("listRemoteSessions", "Remote", "The shells, logs, files and tunnels that are open")
            .needs(Scope.READ)
            .answers(Schema.object().with("sessions", Schema.listOf(SESSION)).closed())
            .to(this::list),
        Route.delete("project/{project}/remote/{remote_session}")
            .is("endRemoteSession", "Remote", "Ends one of them, whoever opened it")
            .needs(Scope.REMOTE)
            .answers(SESSION)
            .refuses(404, "session_unknown")
            .to(this::end));
  }

  private Answer list(ApiCall call) {
    ObjectNode answer = Json.object();
    var list = answer.putArray("sessions");
    sessions.list(call.project()).forEach(view -> list.add(json(view)));
    return Answer.ok(answer);
  }

  private Answer end(ApiCall call) {
    Actor actor = call.caller().actor(call.address());
    return call.uuid("remote_session")
        .flatMap(id ->
            sessions.end(
                call.project(), id, "%s %s".formatted(actor.kind().wireName(), actor.name())))
        .map(view -> Answer.ok(json(view)))
        .orElseThrow(() ->
            ApiError.notFound("session_unknown", "The project has no open session with this id."));
  }

  private static ObjectNode json(RemoteView view) {
    return Json.object()
        .put("id", view.id().toString())
        .put("device", view.device().toString())
        .put("service", view.service())
        .put("state", view.state().wireName())
        .put("since", view.since().toString())
        .put("actor_kind", view.actor().kind().wireName())
        .put("actor", view.actor().name())
        .put("address", view.actor().address())
        .put("bytes_to_device", view.toDevice())
        .put("bytes_from_device", view.fromDevice());
  }
}
