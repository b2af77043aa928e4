package com.iottly.platform.api;

import com.iottly.platform.access.ApiKey;
import com.iottly.platform.access.ApiKeys;
import com.iottly.platform.core.JournalException;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP API v1.0 (contract §2): finds the call, checks the key, runs it, answers. */
public final class HttpApi implements AutoCloseable {

  /** Below which path the API lives. */
  public static final String BASE_PATH = "/v1.0";

  private static final Logger LOG = LoggerFactory.getLogger(HttpApi.class);

  private record Matched(Route route, Map<String, String> parameters) {}

  private final Vertx vertx;
  private final Executor blocking;
  private final ApiKeys apiKeys;
  private final List<Route> routes;
  private final PublicOrigin publicOrigin;
  private final ApiLimits limits;
  private final Semaphore free;
  private volatile boolean closing;

  HttpApi(
      Vertx vertx,
      Executor blocking,
      ApiKeys apiKeys,
      List<Route> routes,
      PublicOrigin publicOrigin,
      ApiLimits limits) {
    this.vertx = vertx;
    this.blocking = blocking;
    this.apiKeys = apiKeys;
    this.routes = List.copyOf(routes);
    this.publicOrigin = publicOrigin;
    this.limits = limits;
    this.free = new Semaphore(limits.concurrentRequests());
  }

  /** Answers one request below {@value #BASE_PATH}; event loop only. */
  public void handle(HttpServerRequest request) {
    Context context = vertx.getOrCreateContext();
    try {
      Matched matched = match(request);
      if (free.availablePermits() == 0) {
        throw busy();
      }
      RequestBody.read(
          request,
          vertx,
          limits,
          body -> dispatch(request, context, matched, body),
          error -> write(request, error.answer()));
    } catch (ApiError e) {
      RequestBody.discard(request, vertx);
      write(request, e.answer());
    }
  }

  private Matched match(HttpServerRequest request) {
    String path = request.path();
    List<String> segments =
        path == null ? List.of() : Route.segments(path.substring(BASE_PATH.length()));
    List<Route> samePath =
        routes.stream().filter(route -> route.match(segments).isPresent()).toList();
    if (samePath.isEmpty()) {
      throw ApiError.notFound(
          "unknown_path",
          "There is no such path in this API; see docs/http-api.md for those there are.");
    }
    return samePath.stream()
        .filter(route -> route.method().equals(request.method()))
        .findFirst()
        .map(route -> new Matched(route, route.match(segments).orElseThrow()))
        .orElseThrow(() ->
            ApiError.methodNotAllowed(
                samePath.stream()
                    .map(route -> route.method().name())
                    .distinct()
                    .sorted()
                    .collect(Collectors.joining(", "))));
  }

  private ApiError busy() {
    return closing
        ? stopping()
        : ApiError.tooManyRequests(
            "too_many_requests",
            "As many requests as the server takes at once, "
                + limits.concurrentRequests()
                + ", are in progress. Try again.",
            1);
  }

  private static ApiError stopping() {
    return ApiError.unavailable("The server is stopping. Try again.");
  }

  private void dispatch(HttpServerRequest request, Context context, Matched matched, byte[] body) {
    if (!free.tryAcquire()) {
      write(request, busy().answer());
      return;
    }
    blocking.execute(() -> {
      Answer answer = run(request, matched, body);
      context.runOnContext(_ -> {
        write(request, answer);
        free.release();
      });
    });
  }

  /** Takes no more requests, and waits for those in progress to be answered, 10 s at most. */
  @Override
  public void close() {
    closing = true;
    try {
      if (!free.tryAcquire(limits.concurrentRequests(), 10, TimeUnit.SECONDS)) {
        LOG.warn("Requests were still in progress when the server stopped");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Answer run(HttpServerRequest request, Matched matched, byte[] body) {
    try {
      Route route = matched.route();
      ApiKey key = authenticate(request, route);
      requireMediaType(request, route);
      return route
          .handler()
          .handle(
              new ApiCall(
                  matched.parameters(),
                  QueryString.parse(Optional.ofNullable(request.query()).orElse("")),
                  request.headers(),
                  route.body() == Route.Body.NONE ? Json.object() : Json.readObject(body),
                  key,
                  publicOrigin.of(request)));
    } catch (ApiError e) {
      return e.answer();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return stopping().answer();
    } catch (JournalException e) {
      LOG.atWarn()
          .addKeyValue("path", request.path())
          .setCause(e)
          .log("The journal does not serve");
      return ApiError.unavailable("The platform can't reach its messages now. Try again.").answer();
    } catch (RuntimeException | StackOverflowError e) {
      String incident = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
      LOG.atError()
          .addKeyValue("incident", incident)
          .addKeyValue("method", request.method())
          .addKeyValue("path", request.path())
          .setCause(e)
          .log("A request failed");
      return ApiError.internal(incident).answer();
    }
  }

  /** The caller's key; a call without a scope may come without one and decides for itself. */
  private @Nullable ApiKey authenticate(HttpServerRequest request, Route route) {
    Optional<String> secret =
        bearer(request.getHeader("Authentication"))
            .or(() -> bearer(request.getHeader(HttpHeaders.AUTHORIZATION)));
    if (secret.isEmpty() && route.scope() == null) {
      return null;
    }
    ApiKey key =
        verify(
            secret.orElseThrow(() ->
                ApiError.unauthorized(
                    "key_missing",
                    "Send your API key in the header 'Authentication: bearer <API_KEY>'.")));
    if (route.scope() != null && !key.allows(route.scope())) {
      throw ApiError.forbidden(
          "scope_missing",
          "This API key does not have the scope '"
              + route.scope().wireName()
              + "'. Create one that has.");
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

  private static void requireMediaType(HttpServerRequest request, Route route) {
    if (route.body() != Route.Body.JSON) {
      return;
    }
    String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
    if (type == null || !type.split(";", 2)[0].trim().equalsIgnoreCase("application/json")) {
      throw ApiError.unsupportedMediaType();
    }
  }

  static void write(HttpServerRequest request, Answer answer) {
    var response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    answer.headers().forEach(response::putHeader);
    var _ =
        response
            .setStatusCode(answer.status())
            .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
            .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
            .end(answer.body());
  }
}
