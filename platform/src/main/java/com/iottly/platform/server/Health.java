package com.iottly.platform.server;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * {@code /health/live}: the process answers. {@code /health/ready}: it can store messages; 503 with
 * the reason while it can't.
 */
final class Health {

  static final String PATH = "/health/";

  private final Supplier<Optional<String>> problem;

  /**
   * @param problem why the platform can't do its work now, if it can't; answers at once
   */
  Health(Supplier<Optional<String>> problem) {
    this.problem = problem;
  }

  void handle(HttpServerRequest request) {
    switch (String.valueOf(request.path())) {
      case PATH + "live" -> answer(request, 200, new JsonObject().put("status", "live"));
      case PATH + "ready" ->
          problem
              .get()
              .ifPresentOrElse(
                  reason ->
                      answer(
                          request,
                          503,
                          new JsonObject().put("status", "not ready").put("error", reason)),
                  () -> answer(request, 200, new JsonObject().put("status", "ready")));
      default ->
          answer(
              request,
              404,
              new JsonObject()
                  .put("error", "Ask for /health/live or /health/ready.")
                  .put("code", "unknown_path"));
    }
  }

  private static void answer(HttpServerRequest request, int status, JsonObject body) {
    var _ =
        request
            .response()
            .setStatusCode(status)
            .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
            .end(body.encode());
  }
}
