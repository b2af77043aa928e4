package com.iottly.platform.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.platform.core.JournalException;
import com.iottly.platform.websocket.Handshake;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP API v1.0 (contract §2): finds the call, looks who makes it, runs it, answers. */
public final class HttpApi implements AutoCloseable {

  /** Below which path the API lives. */
  public static final String BASE_PATH = "/v1.0";

  private static final Logger LOG = LoggerFactory.getLogger(HttpApi.class);

  private record Matched(Route route, Map<String, String> parameters) {}

  /** What may block; says what to do next on the event loop. */
  private interface Step {
    Runnable run() throws InterruptedException;
  }

  private final Vertx vertx;
  private final Executor blocking;
  private final Gate gate;
  private final List<Route> routes;
  private final PublicOrigin publicOrigin;
  private final ApiLimits limits;
  private final Turns turns;
  private volatile boolean closing;

  HttpApi(
      Vertx vertx,
      Executor blocking,
      Gate gate,
      List<Route> routes,
      PublicOrigin publicOrigin,
      ApiLimits limits) {
    this.vertx = vertx;
    this.blocking = blocking;
    this.gate = gate;
    this.routes = List.copyOf(routes);
    this.publicOrigin = publicOrigin;
    this.limits = limits;
    this.turns = new Turns(limits.concurrentRequests());
  }

  /**
   * Answers one request below {@value #BASE_PATH}; event loop only.
   *
   * @param upgraded told on the event loop when its connection has become a WebSocket, which from
   *     then on is looked after elsewhere
   */
  public void handle(HttpServerRequest request, Runnable upgraded) {
    try {
      new Exchange(request, match(request), upgraded).start();
    } catch (ApiError e) {
      write(request, e.answer());
    }
  }

  private Matched match(HttpServerRequest request) {
    String path = request.path();
    List<String> segments =
        path == null ? List.of() : Route.segments(path.substring(BASE_PATH.length()));
    List<Route> samePath = samePath(segments);
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

  /** The calls of that path; one that spells a segment out goes before one that leaves it open. */
  private List<Route> samePath(List<String> segments) {
    List<Route> matching =
        routes.stream().filter(route -> route.match(segments).isPresent()).toList();
    int fewest = matching.stream().mapToInt(route -> route.pathParameters().size()).min().orElse(0);
    return matching.stream().filter(route -> route.pathParameters().size() == fewest).toList();
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

  /** Takes no more requests, and waits for those in progress to be answered, 10 s at most. */
  @Override
  public void close() {
    closing = true;
    try {
      if (!turns.awaitIdle(Duration.ofSeconds(10))) {
        LOG.warn("Requests were still in progress when the server stopped");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * One request: who may not ask is told so before the body is read. What may block runs on virtual
   * threads, as a turn; reading the body takes none, since a client may take its time with it.
   */
  private final class Exchange {

    private final HttpServerRequest request;
    private final Route route;
    private final Map<String, String> parameters;
    private final Context context = vertx.getOrCreateContext();
    private final RequestBody body;
    private final Runnable upgraded;

    Exchange(HttpServerRequest request, Matched matched, Runnable upgraded) {
      this.request = request;
      this.upgraded = upgraded;
      this.route = matched.route();
      this.parameters = matched.parameters();
      this.body = new RequestBody(request, vertx, limits, error -> write(request, error.answer()));
    }

    void start() {
      if (route.body() != Route.Body.NONE) {
        body.holdBack();
      }
      take(this::begin);
    }

    /** Runs a step as a turn, and what comes of it on the event loop. */
    private void take(Step step) {
      if (closing || !turns.tryBegin()) {
        write(request, busy().answer());
        return;
      }
      blocking.execute(() -> {
        Runnable then = run(step);
        context.runOnContext(_ -> {
          turns.end();
          then.run();
        });
      });
    }

    private Runnable begin() throws InterruptedException {
      ApiCall call = call();
      if (!route.operation().original()) {
        call.query().requireOnly(route.queryNames());
      }
      switch (route.body()) {
        case NONE -> {
          return finish(call);
        }
        case UPGRADE -> {
          if (!Handshake.isOne(request)) {
            throw ApiError.upgradeRequired();
          }
          return finish(call);
        }
        case JSON, JSON_OF_ANY_TYPE -> {}
      }
      requireMediaType(request, route);
      RequestBody.requireFitting(request, limits);
      return () -> body.read(bytes -> take(() -> finish(call, bytes)));
    }

    private Runnable finish(ApiCall call, byte[] bytes) throws InterruptedException {
      ObjectNode json = Json.readObject(bytes);
      if (!route.operation().original() && route.operation().request() != null) {
        new RequestCheck(route.operation().request()).require(json);
      }
      return finish(call.with(json));
    }

    private Runnable finish(ApiCall call) throws InterruptedException {
      Answer answer = call.caller().actor(call.address()).does(() -> route.handler().handle(call));
      return reply(answer);
    }

    private Runnable reply(Answer answer) {
      Answer.Upgrade upgrade = answer.upgrade();
      return upgrade == null ? () -> write(request, answer) : () -> upgrade(upgrade);
    }

    private void upgrade(Answer.Upgrade upgrade) {
      request
          .toWebSocket()
          .onSuccess(socket -> {
            upgraded.run();
            upgrade.opened(socket);
          })
          .onFailure(e -> {
            LOG.atDebug().setCause(e).log("A client left during its handshake");
            upgrade.lost();
          });
    }

    private ApiCall call() {
      String origin = publicOrigin.of(request);
      Caller caller = gate.admit(route, parameters, request.headers(), origin);
      return new ApiCall(
          parameters,
          QueryString.parse(Optional.ofNullable(request.query()).orElse("")),
          request.headers(),
          Json.object(),
          caller,
          origin,
          request.remoteAddress().hostAddress(),
          turns);
    }

    private Runnable run(Step step) {
      try {
        return step.run();
      } catch (ApiError e) {
        return reply(e.answer());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return reply(stopping().answer());
      } catch (JournalException e) {
        LOG.atWarn()
            .addKeyValue("path", request.path())
            .setCause(e)
            .log("The journal does not serve");
        return reply(
            ApiError.unavailable("The platform can't reach its messages now. Try again.").answer());
      } catch (RuntimeException | StackOverflowError e) {
        String incident = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        LOG.atError()
            .addKeyValue("incident", incident)
            .addKeyValue("method", request.method())
            .addKeyValue("path", request.path())
            .setCause(e)
            .log("A request failed");
        return reply(ApiError.internal(incident).answer());
      }
    }
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
