package com.iottly.platform.api;

import com.iottly.platform.access.ApiKey;
import com.iottly.platform.access.ApiKeys;
import com.iottly.platform.access.Members;
import com.iottly.platform.access.Role;
import com.iottly.platform.access.Scope;
import com.iottly.platform.access.Sessions;
import com.iottly.platform.access.UserSession;
import com.iottly.platform.core.ProjectId;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who makes a call, and whether they may (contract §2, §3). A key goes before a cookie. Blocks on
 * SQL.
 */
final class Gate {

  private final ApiKeys apiKeys;
  private final Sessions sessions;
  private final Members members;
  private final StreamTickets tickets;

  Gate(ApiKeys apiKeys, Sessions sessions, Members members, StreamTickets tickets) {
    this.apiKeys = apiKeys;
    this.sessions = sessions;
    this.members = members;
    this.tickets = tickets;
  }

  /**
   * The caller of that route.
   *
   * @param path the parameters of the path
   * @param origin under which the caller reached us
   * @throws ApiError when they may not make the call
   */
  Caller admit(Route route, Map<String, String> path, MultiMap headers, String origin) {
    return switch (route.access()) {
      case Access.Anyone() -> {
        requireOurPage(route.method(), headers, origin);
        yield bearer(headers).<Caller>map(this::key).orElseGet(Caller.Nobody::new);
      }
      case Access.Project(Scope scope, boolean peopleOnly) -> {
        boolean isStream = route.body() == Route.Body.UPGRADE;
        Optional<String> ticket = isStream ? StreamTickets.in(headers) : Optional.empty();
        if (ticket.isPresent()) {
          yield holder(ticket.get(), scope, path.get("project"));
        }
        Caller caller = identify(route.method(), headers, origin, peopleOnly);
        if (isStream && caller instanceof Caller.Person) {
          requireStreamOfOurPage(headers, origin);
        }
        requireScope(caller, scope, path.get("project"));
        yield caller;
      }
      case Access.SignedIn() -> identify(route.method(), headers, origin, true);
      case Access.Administrator() -> {
        Caller caller = identify(route.method(), headers, origin, true);
        if (!(caller instanceof Caller.Person(UserSession session))
            || !session.user().administrator()) {
          throw ApiError.forbidden(
              "administrator_only", "Only an administrator of this installation may do this.");
        }
        yield caller;
      }
    };
  }

  private Caller holder(String ticket, Scope scope, @Nullable String project) {
    Caller caller = tickets.redeem(ticket, project, scope);
    if (!mayStill(caller, scope, project)) {
      throw StreamTickets.unknown();
    }
    return caller;
  }

  /** Whether the caller would still be let in; looks again at what they came with. */
  boolean mayStill(Caller caller, Scope scope, @Nullable String project) {
    try {
      requireScope(caller, scope, project);
    } catch (ApiError e) {
      return false;
    }
    return switch (caller) {
      case Caller.Key(ApiKey key) -> apiKeys.isGood(key);
      case Caller.Person(UserSession session) -> sessions.isGood(session);
      case Caller.Nobody() -> false;
    };
  }

  private Caller identify(HttpMethod method, MultiMap headers, String origin, boolean peopleOnly) {
    Optional<String> key = bearer(headers);
    if (key.isPresent()) {
      Caller caller = key(key.get());
      if (peopleOnly) {
        throw ApiError.forbidden(
            "people_only", "This is for people, not for keys: sign in with 'POST session'.");
      }
      return caller;
    }
    return SessionCookie.in(headers)
        .<Caller>map(secret -> person(secret, method, headers, origin))
        .orElseThrow(() -> peopleOnly ? notSignedIn() : keyMissing());
  }

  private static ApiError keyMissing() {
    return ApiError.unauthorized(
        "key_missing", "Send your API key in the header 'Authentication: bearer <API_KEY>'.");
  }

  private static ApiError notSignedIn() {
    return ApiError.unauthorized(
        "not_signed_in", "You are not signed in, or not any more. Sign in with 'POST session'.");
  }

  private Caller person(String secret, HttpMethod method, MultiMap headers, String origin) {
    UserSession session = sessions.find(secret).orElseThrow(Gate::notSignedIn);
    requireOurPage(method, headers, origin);
    String token = headers.get(SessionCookie.CSRF_HEADER);
    if (changes(method) && !same(token, SessionCookie.csrfToken(secret))) {
      throw ApiError.forbidden(
          "csrf_token_wrong",
          "Send the \"csrf_token\" of 'GET session' in the header "
              + SessionCookie.CSRF_HEADER
              + ".");
    }
    return new Caller.Person(session);
  }

  private static boolean changes(HttpMethod method) {
    return !method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD);
  }

  /** A browser says from which page a request comes; only ours may change something. */
  private static void requireOurPage(HttpMethod method, MultiMap headers, String origin) {
    String page = headers.get(HttpHeaders.ORIGIN);
    if (changes(method) && page != null && !page.equals(origin)) {
      throw wrongOrigin();
    }
  }

  /** A browser sends our cookie along with the WebSockets of any page. */
  private static void requireStreamOfOurPage(MultiMap headers, String origin) {
    if (!origin.equals(headers.get(HttpHeaders.ORIGIN))) {
      throw wrongOrigin();
    }
  }

  private static ApiError wrongOrigin() {
    return ApiError.forbidden(
        "wrong_origin",
        "A page of another site may not do this. If it is the platform's own page, its operator must"
            + " set 'server.public_url' to the address in the browser.");
  }

  private static boolean same(@Nullable String given, String expected) {
    return given != null
        && MessageDigest.isEqual(
            given.getBytes(StandardCharsets.UTF_8), expected.getBytes(StandardCharsets.UTF_8));
  }

  private void requireScope(Caller caller, Scope scope, @Nullable String project) {
    switch (caller) {
      case Caller.Key(ApiKey key) -> {
        requireScope(key, scope);
        requireProject(key, project);
      }
      case Caller.Person(UserSession session) when project != null ->
          requireRole(session, scope, project);
      case Caller.Person _, Caller.Nobody _ -> {}
    }
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

  private void requireRole(UserSession session, Scope scope, String project) {
    Role role =
        ProjectId.parse(project)
            .flatMap(id -> members.role(id, session.user()))
            .orElseThrow(() ->
                ApiError.forbidden(
                    "wrong_project",
                    "You are no member of this project. Ask one of its owners to add you."));
    if (!role.scopes().contains(scope)) {
      throw ApiError.forbidden(
          "role_missing",
          "You are a %s of this project; this needs the role %s."
              .formatted(role.wireName(), Role.leastFor(scope).wireName()));
    }
  }

  private Caller key(String secret) {
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

  private static Optional<String> bearer(MultiMap headers) {
    return bearer(headers.get("Authentication"))
        .or(() -> bearer(headers.get(HttpHeaders.AUTHORIZATION)));
  }

  private static Optional<String> bearer(@Nullable String header) {
    if (header == null || !header.regionMatches(true, 0, "bearer ", 0, 7)) {
      return Optional.empty();
    }
    return Optional.of(header.substring(7).trim()).filter(secret -> !secret.isEmpty());
  }
}
