package com.iottly.platform.api;

import com.iottly.platform.access.ApiKey;
import com.iottly.platform.access.ApiKeys;
import com.iottly.platform.access.Scope;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whose a request is: finds the API key in its headers and looks what it allows (contract §2). */
final class KeyCheck {

  private final ApiKeys apiKeys;

  KeyCheck(ApiKeys apiKeys) {
    this.apiKeys = apiKeys;
  }

  /**
   * The caller's key; a call without a scope may come without one and decides for itself. Blocks on
   * SQL for a key that was not seen before.
   */
  @Nullable ApiKey key(MultiMap headers, @Nullable Scope scope) {
    Optional<String> secret =
        bearer(headers.get("Authentication"))
            .or(() -> bearer(headers.get(HttpHeaders.AUTHORIZATION)));
    if (secret.isEmpty() && scope == null) {
      return null;
    }
    ApiKey key =
        verify(
            secret.orElseThrow(() ->
                ApiError.unauthorized(
                    "key_missing",
                    "Send your API key in the header 'Authentication: bearer <API_KEY>'.")));
    if (scope != null && !key.allows(scope)) {
      throw ApiError.forbidden(
          "scope_missing",
          "This API key does not have the scope '" + scope.wireName() + "'. Create one that has.");
    }
    return key;
  }

  private ApiKey verify(String secret) {
    return switch (apiKeys.verify(secret)) {
      case ApiKeys.Verdict.Valid(ApiKey valid) -> valid;
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
