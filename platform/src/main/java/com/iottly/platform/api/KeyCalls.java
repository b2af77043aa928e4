package com.iottly.platform.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.platform.access.ApiKey;
import com.iottly.platform.access.ApiKeys;
import com.iottly.platform.access.Scope;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A project's API keys (contract §3). */
final class KeyCalls {

  private static final String TAG = "API keys";
  private static final Schema KEY = members(Schema.object()).closed().named("ApiKey");

  private final ApiKeys keys;

  KeyCalls(ApiKeys keys) {
    this.keys = keys;
  }

  private static Schema.Members members(Schema.Members members) {
    return members
        .with("id", Schema.text())
        .with("description", Schema.text())
        .with("scopes", Schema.listOf(scopes()))
        .with("created", Schema.moment())
        .with("expires", Schema.moment().orNull())
        .with("last_used", Schema.moment().orNull());
  }

  private static Schema scopes() {
    return Schema.choice(Arrays.stream(Scope.values()).map(Scope::wireName).toList());
  }

  List<Route> routes() {
    return List.of(
        Route.get("project/{project}/keys")
            .is("listKeys", TAG, "The project's keys without their secrets, oldest first")
            .needs(Scope.MANAGE)
            .answers(Schema.object().with("keys", Schema.listOf(KEY)).closed())
            .to(this::list),
        Route.post("project/{project}/keys")
            .is("createKey", TAG, "Makes a key; its secret is shown this once")
            .needs(Scope.MANAGE)
            .reads(
                Schema.object()
                    .with("description", Schema.text())
                    .maybe("scopes", Schema.listOf(scopes()))
                    .maybe("expires", Schema.moment().orNull())
                    .closed(),
                """
                {"description": "Reporting service", "scopes": ["read"], "expires": "2100-01-01T00:00:00Z"}
                """)
            .answers(members(Schema.object()).with("secret", Schema.text()).closed())
            .refuses(400, "bad_key")
            .refuses(403, "scope_too_wide")
            .to(this::create),
        Route.delete("project/{project}/keys/{key}")
            .is("deleteKey", TAG, "Deletes a key; it is void at once")
            .needs(Scope.MANAGE)
            .answers(Schema.object().closed())
            .refuses(404, "key_not_found")
            .to(this::delete));
  }

  private Answer list(ApiCall call) {
    ObjectNode answer = Json.object();
    ArrayNode list = answer.putArray("keys");
    keys.list(call.project()).forEach(key -> list.add(json(key)));
    return Answer.ok(answer);
  }

  private Answer create(ApiCall call) {
    Set<Scope> scopes =
        call.body().has("scopes")
            ? call.texts("scopes").stream()
                .map(name -> Scope.of(name).orElseThrow())
                .collect(Collectors.toSet())
            : Scope.defaults();
    requireOwn(call, scopes);
    return switch (keys.create(call.project(), call.text("description"), scopes, expires(call))) {
      case ApiKeys.Creation.Created(ApiKey key, String secret) ->
          Answer.ok(json(key).put("secret", secret));
      case ApiKeys.Creation.Refused(String problem) ->
          throw ApiError.badRequest("bad_key", problem);
      case ApiKeys.Creation.ProjectUnknown() -> throw ProjectAdminCalls.gone();
    };
  }

  /** A key must not make one that may do more than it. */
  private static void requireOwn(ApiCall call, Set<Scope> scopes) {
    if (call.caller() instanceof Caller.Key(ApiKey own) && !own.scopes().containsAll(scopes)) {
      throw ApiError.forbidden(
          "scope_too_wide",
          "A key can't give a scope that it does not have. Leave it out, or use a wider key.");
    }
  }

  private static @Nullable Instant expires(ApiCall call) {
    return call.optionalText("expires")
        .map(text -> {
          try {
            return Instant.parse(text);
          } catch (DateTimeParseException e) {
            throw ApiError.badRequest(
                "bad_member", "The member \"expires\" must be like 2030-12-31T00:00:00Z.");
          }
        })
        .orElse(null);
  }

  private Answer delete(ApiCall call) {
    Optional<UUID> id = call.uuid("key");
    if (id.isEmpty() || !keys.delete(call.project(), id.get())) {
      throw ApiError.notFound(
          "key_not_found",
          "This project has no such key. 'GET project/<project>/keys' lists them.");
    }
    return Answer.ok(Json.object());
  }

  private static ObjectNode json(ApiKey key) {
    ObjectNode json =
        Json.object().put("id", key.id().toString()).put("description", key.description());
    ArrayNode scopes = json.putArray("scopes");
    key.scopes().stream().sorted().map(Scope::wireName).forEach(scopes::add);
    return json.put("created", key.created().toString())
        .put("expires", text(key.expires()))
        .put("last_used", text(key.lastUsed()));
  }

  private static @Nullable String text(@Nullable Instant moment) {
    return moment == null ? null : moment.toString();
  }
}
