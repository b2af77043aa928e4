package com.iottly.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import java.util.concurrent.atomic.LongAdder;

/** An endpoint for webhooks that takes everything at once, or never answers; one event loop. */
final class Sink implements AutoCloseable {

  private final Vertx vertx =
      Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));
  private final LongAdder taken = new LongAdder();
  private final HttpServer server;

  /**
   * @param answers whether it does
   */
  Sink(boolean answers) {
    server =
        vertx
            .createHttpServer()
            .requestHandler(request ->
                request.endHandler(_ -> {
                  if (answers) {
                    taken.increment();
                    var _ = request.response().setStatusCode(204).end();
                  }
                }))
            .listen(0, "127.0.0.1")
            .await();
  }

  int port() {
    return server.actualPort();
  }

  /** How many requests it has taken. */
  long taken() {
    return taken.sum();
  }

  @Override
  public void close() {
    vertx.close().await();
  }
}
