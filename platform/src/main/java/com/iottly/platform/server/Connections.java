package com.iottly.platform.server;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of one event loop that are no device links: each has a place among all loops' and
 * a timer for what it has to do next. Its loop only.
 */
final class Connections {

  private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

  /** How long what is left of a request may still come after its answer. */
  private static final Duration LINGER = Duration.ofSeconds(1);

  private final Vertx vertx;
  private final HttpLimits limits;
  private final AtomicInteger open;
  private final Map<HttpConnection, Long> timers = new HashMap<>();

  /**
   * @param open how many there are on all loops
   */
  Connections(Vertx vertx, HttpLimits limits, AtomicInteger open) {
    this.vertx = vertx;
    this.limits = limits;
    this.open = open;
  }

  /** Somebody connected. */
  void opened(HttpConnection connection) {
    connection.exceptionHandler(e -> LOG.atDebug().setCause(e).log("A connection failed"));
    if (open.incrementAndGet() > limits.connections()) {
      open.decrementAndGet();
      var _ = connection.close();
      return;
    }
    timers.put(connection, timer(connection, limits.headTimeout()));
    connection.closeHandler(_ -> ended(connection));
  }

  /** The head of a request has come. */
  void requested(HttpServerRequest request) {
    allow(request.connection(), limits.requestTimeout());
    request.response().endHandler(_ -> answered(request));
  }

  private void answered(HttpServerRequest request) {
    if (request.isEnded()) {
      allow(request.connection(), limits.idleTimeout());
      return;
    }
    // The rest passes by for a moment, so that the answer can be read.
    allow(request.connection(), LINGER);
    request.endHandler(_ -> allow(request.connection(), limits.idleTimeout()));
    request.resume();
  }

  private void allow(HttpConnection connection, Duration time) {
    Long timer = timers.get(connection);
    if (timer != null) {
      vertx.cancelTimer(timer);
      timers.put(connection, timer(connection, time));
    }
  }

  private long timer(HttpConnection connection, Duration time) {
    return vertx.setTimer(time.toMillis(), _ -> connection.close());
  }

  /** It has become a device link, or is closed. */
  void ended(HttpConnection connection) {
    Long timer = timers.remove(connection);
    if (timer != null) {
      vertx.cancelTimer(timer);
      open.decrementAndGet();
    }
  }
}
