package com.iottly.platform.api;

import com.iottly.platform.access.ApiKey;
import com.iottly.platform.access.ApiKeys;
import com.iottly.platform.access.Scope;
import com.iottly.platform.core.ProjectId;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who makes a call, and whether they may (contract §2, §3). Blocks on SQL. */
final class Gate {

  private final ApiKeys apiKeys;

  Gate(ApiKeys apiKeys) {
    this.apiKeys = apiKeys;
  }

  /**
   * The caller of that route.
   *
   * @param path the parameters of the path
   * @throws ApiError when they may not make the call
   */
  Caller admit(Route route, Map<String, String> path, MultiMap headers) {
    Optional<String> secret = secret(headers);
    return switch (route.access()) {
      case Access.Anyone() -> secret.<Caller>map(this::key).orElseGet(Caller.Nobody::new);
      case Access.Project(Scope scope) -> {
        Caller.Key caller = key(secret.orElseThrow(Gate::keyMissing));
        requireScope(caller.key(), scope);
        requireProject(caller.key(), path.get("project"));
        yield caller;
      }
    };
  }

  private static ApiError keyMissing() {
    return ApiError.unauthorized(
        "key_missing", "Send your API key in the header 'Authentication: bearer <API_KEY>'.");
  }

  static void requireScope(ApiKey key, Scope scope) {
    if (!key.allows(scope)) {
      throw ApiError.forbidden(
          "scope_missing",
          "This API key does not have the scope '" + scope.wireName() + "'. Create one that has.");
    }
  }

  /** Whether another project exists is not the caller's to know. */
  private static void requireProject(ApiKey key, @Nullable String project) {
    if (project != null && ProjectId.parse(project).filter(key.project()::equals).isEmpty()) {
      throw ApiError.forbidden(
          "wrong_project",
          "This API key is of another project. Use a key of the project in the URL.");
    }
  }

  private static Optional<String> secret(MultiMap headers) {
    return bearer(headers.get("Authentication"))
        .or(() -> bearer(headers.get(HttpHeaders.AUTHORIZATION)));
  }

  private Caller.Key key(String secret) {
    return switch (apiKeys.verify(secret)) {
      case ApiKeys.Verdict.Valid(ApiKey valid) -> new Caller.Key(valid);
      case ApiKeys.Verdict.Unknown() ->
          throw ApiError.unauthorized(
              "key_unknown", "This API key is unknown or was deleted. Create a new one.");
      case ApiKeys.Verdict.Expired(ApiKey expired) ->
          throw ApiError.unauthorized(
              "key_expired",
              "This API key expired at " + expired.expires() + ". Create a new one.");
    };
  }

  private static Optional<String> bearer(@Nullable String header) {
    if (header == null || !header.regionMatches(true, 0, "bearer ", 0, 7)) {
      return Optional.empty();
    }
    return Optional.of(header.substring(7).trim()).filter(secret -> !secret.isEmpty());
  }
}
