package com.iottly.platform.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.platform.access.Scope;
import com.iottly.platform.fleet.PairCode;
import com.iottly.platform.fleet.PairCodes;
import com.iottly.platform.fleet.Pairing;
import com.iottly.platform.fleet.Saved;
import java.util.Arrays;
import java.util.List;

/** Pairing tokens: many at once, list, revoke. */
final class PairingCalls {

  static final int MOST_AT_ONCE = 1_000;

  private static final String TAG = "Pairings";
  private static final Schema PAIRING =
      Schema.object()
          .with("id", Schema.text())
          .with("name", Schema.text())
          .with("expires", Schema.moment())
          .with(
              "status",
              Schema.choice(
                  Arrays.stream(Pairing.Status.values()).map(Pairing.Status::wireName).toList()))
          .closed()
          .named("Pairing");

  private final PairCodes pairCodes;

  PairingCalls(PairCodes pairCodes) {
    this.pairCodes = pairCodes;
  }

  List<Route> routes() {
    return List.of(
        Route.get("project/{project}/pairings")
            .is("listPairings", TAG, "The project's pair codes without the codes, by id")
            .needs(Scope.PROVISION)
            .query(Paging.LIMIT, Paging.CURSOR)
            .answers(Paging.page("pairings", PAIRING))
            .to(this::list),
        Route.post("project/{project}/pairings")
            .is("createPairings", TAG, "Makes many pair codes; an error per row")
            .needs(Scope.PROVISION)
            .reads(
                Schema.object()
                    .with(
                        "devices",
                        Schema.listOf(
                            Schema.object().with("name", Schema.text()).closed(), 1, MOST_AT_ONCE))
                    .closed(),
                """
                {"devices": [{"name": "Cold room 4"}, {"name": "Cold room 5"}]}
                """)
            .answers(
                Rows.answer(
                    Schema.object()
                        .with("id", Schema.text())
                        .with("pair_code", Schema.text())
                        .with("expires", Schema.moment())
                        .closed()))
            .to(this::create),
        Route.delete("project/{project}/pairings/{pairing}")
            .is("revokePairing", TAG, "Makes a pair code that was not used void")
            .needs(Scope.PROVISION)
            .answers(Schema.object().closed())
            .refuses(404, "pairing_unknown")
            .to(this::revoke));
  }

  private Answer list(ApiCall call) {
    List<Pairing> found = pairCodes.list(call.project(), Paging.after(call), Paging.lookFor(call));
    return Paging.answer(call, "pairings", found, PairingCalls::json, Pairing::id);
  }

  private Answer create(ApiCall call) {
    return Rows.each(
        (ArrayNode) call.body().get("devices"),
        row ->
            switch (pairCodes.issue(call.project(), row.get("name").textValue())) {
              case Saved.Done<PairCode>(PairCode code) ->
                  Json.object()
                      .put("id", code.id())
                      .put("pair_code", code.code())
                      .put("expires", code.expires().toString());
              case Saved.Refused<PairCode>(String problem) ->
                  throw ApiError.badRequest("bad_name", problem);
              case Saved.Missing<PairCode>() -> throw ProjectAdminCalls.gone();
            });
  }

  private Answer revoke(ApiCall call) {
    if (!pairCodes.revoke(call.project(), call.parameter("pairing"))) {
      throw ApiError.notFound(
          "pairing_unknown", "This project has no such pair code that was not used.");
    }
    return Answer.ok(Json.object());
  }

  private static ObjectNode json(Pairing pairing) {
    return Json.object()
        .put("id", pairing.id())
        .put("name", pairing.deviceName())
        .put("expires", pairing.expires().toString())
        .put("status", pairing.status().wireName());
  }
}
