package com.iottly.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;

/**
 * Posts the same body again and again over the HTTP client that webhooks use, and does nothing
 * else: what that client could do at best. A process of its own, as the server is one.
 */
public final class BareClient {

  private BareClient() {}

  /** Port, requests at once, bytes of a body; until it is ended. */
  public static void main(String[] arguments) {
    int port = Integer.parseInt(arguments[0]);
    int atOnce = Integer.parseInt(arguments[1]);
    Buffer body = Buffer.buffer("x".repeat(Integer.parseInt(arguments[2])));
    Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    HttpClient client =
        vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(Math.max(1, atOnce)));
    for (int i = 0; i < atOnce; i++) {
      post(client, port, body);
    }
  }

  private static void post(HttpClient client, int port, Buffer body) {
    var _ =
        client
            .request(HttpMethod.POST, port, "127.0.0.1", "/hook")
            .compose(request -> request.send(body))
            .compose(response -> response.end())
            .onComplete(_ -> post(client, port, body));
  }
}
