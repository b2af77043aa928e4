package com.iottly.agent.cli;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** The platform's end of provisioning, over a real socket. It takes {@code good-key}. */
final class TestRegistry implements AutoCloseable {

  static final String DEVICE = "11111111-1111-4111-8111-111111111111";
  static final String PROJECT = "aaaaaaaaaaaaaaaaaaaaaaaa";

  /** What came: path, Authentication header and body. */
  final List<String> requests = new CopyOnWriteArrayList<>();

  /** Statuses to answer with before any good answer. */
  final Queue<Integer> refusals = new ConcurrentLinkedQueue<>();

  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server;
  private final String endpoint;

  /** Listens at that port, 0 for a free one; devices are sent to the endpoint. */
  TestRegistry(int port, String endpoint) throws Exception {
    this.endpoint = endpoint;
    this.server =
        vertx
            .createHttpServer()
            .requestHandler(this::answer)
            .listen(port, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
  }

  private void answer(HttpServerRequest request) {
    String key = String.valueOf(request.getHeader("Authentication"));
    request
        .body()
        .onSuccess(body -> {
          requests.add(request.path() + " " + key + " " + body);
          Integer refusal = refusals.poll();
          if (refusal != null) {
            request
                .response()
                .setStatusCode(refusal)
                .end("{\"error\":\"this key may not add devices\",\"code\":\"refused\"}");
          } else if (key.equals("bearer good-key") || body.toString().contains("good-code")) {
            request.response().end(registered());
          } else {
            request
                .response()
                .setStatusCode(403)
                .end("{\"error\":\"this key may not add devices\",\"code\":\"forbidden\"}");
          }
        });
  }

  private String registered() {
    return """
    {"device":{"id":"%s","name":"pump","license":"l"},"project":"%s","token":"%s","endpoint":"%s"}\
    """
        .formatted(DEVICE, PROJECT, token(DEVICE, PROJECT), endpoint);
  }

  /** A device token as the platform makes them, with a signature nobody checks here. */
  static String token(String device, String project) {
    String claims = "{\"sub\":\"%s\",\"project\":\"%s\",\"gen\":1}".formatted(device, project);
    return "eyJhbGciOiJSUzI1NiJ9."
        + Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(claims.getBytes(StandardCharsets.UTF_8))
        + ".c2lnbmF0dXJl";
  }

  int port() {
    return server.actualPort();
  }

  String url() {
    return "http://127.0.0.1:" + port();
  }

  @Override
  public void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }
}
