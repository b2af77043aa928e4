package com.iottly.platform.server;

import com.iottly.platform.api.AgentDownload;
import com.iottly.platform.api.ApiViewer;
import com.iottly.platform.api.HttpApi;
import com.iottly.platform.dashboard.Dashboard;
import com.iottly.platform.gateway.DeviceGateway;
import com.iottly.platform.live.Streams;
import com.iottly.wire.FrameCodec;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.TrustOptions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's ear on the port: device link, API, dashboard, agent download and health behind
 * one door. Deployed once per event loop; they share the port.
 */
final class Listener extends VerticleBase {

  private static final int FRAME_HEADROOM = 1 << 10;
  private static final long LINGER_MILLIS = 1_000;
  private static final long STOP_GRACE_SECONDS = 1;

  /** How long a device may take to answer our close frame before its connection is cut. */
  private static final int CLOSING_SECONDS = 2;

  private static final int MAX_REQUEST_LINE = 64 << 10;
  private static final int MAX_HEADERS = 16 << 10;

  private final ServerConfig config;
  private final Optional<TrustOptions> askedCertificates;
  private final DeviceGateway gateway;
  private final HttpApi api;
  private final ApiViewer apiViewer;
  private final AgentDownload agentDownload;
  private final Health health;
  private final Dashboard dashboard;
  private final AtomicInteger open;
  private @Nullable HttpServer server;

  /**
   * @param askedCertificates which client certificates are asked for, if any
   * @param open how many connections there are that are no device links, on all event loops
   */
  Listener(
      ServerConfig config,
      Optional<TrustOptions> askedCertificates,
      DeviceGateway gateway,
      HttpApi api,
      ApiViewer apiViewer,
      AgentDownload agentDownload,
      Health health,
      Dashboard dashboard,
      AtomicInteger open) {
    this.config = config;
    this.askedCertificates = askedCertificates;
    this.gateway = gateway;
    this.api = api;
    this.apiViewer = apiViewer;
    this.agentDownload = agentDownload;
    this.health = health;
    this.dashboard = dashboard;
    this.open = open;
  }

  @Override
  public Future<?> start() {
    Connections connections = new Connections(vertx, config.http(), open);
    server =
        vertx
            .createHttpServer(options())
            .connectionHandler(connections::opened)
            .requestHandler(request -> route(request, connections))
            .invalidRequestHandler(this::unreadable);
    return server.listen();
  }

  /** Without it Vert.x waits half a minute for requests that may never end. */
  @Override
  public Future<?> stop() {
    return server == null
        ? Future.succeededFuture()
        : server.shutdown(STOP_GRACE_SECONDS, TimeUnit.SECONDS);
  }

  int port() {
    return server == null ? 0 : server.actualPort();
  }

  private HttpServerOptions options() {
    // A frame over the limit must reach the session, which closes with a reason; far over it, the
    // WebSocket layer ends the connection.
    int maxFrame = config.gateway().maxFrameBytes() + FRAME_HEADROOM;
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(config.host())
            .setPort(config.port())
            .setWebSocketSubProtocols(List.of(FrameCodec.SUBPROTOCOL, Streams.SUBPROTOCOL))
            .setMaxWebSocketFrameSize(maxFrame)
            .setMaxWebSocketMessageSize(maxFrame)
            .setWebSocketClosingTimeout(CLOSING_SECONDS)
            .setPerMessageWebSocketCompressionSupported(false)
            .setPerFrameWebSocketCompressionSupported(false)
            .setMaxInitialLineLength(MAX_REQUEST_LINE)
            .setMaxHeaderSize(MAX_HEADERS)
            .setHttp2ClearTextEnabled(false)
            .setTcpNoDelay(true)
            .setSslHandshakeTimeout(config.http().headTimeout().toMillis())
            .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
            .setIdleTimeout(0);
    config
        .tls()
        .ifPresent(tls -> {
          options
              .setSsl(true)
              .setKeyCertOptions(
                  new PemKeyCertOptions()
                      .setCertPath(tls.certificate().toString())
                      .setKeyPath(tls.key().toString()));
          if (OpenSSLEngineOptions.isAvailable()) {
            options.setSslEngineOptions(new OpenSSLEngineOptions());
          }
        });
    // Asked for, not demanded: the port is everybody's, and the gateway says what is missing.
    askedCertificates.ifPresent(
        asked -> options.setClientAuth(ClientAuth.REQUEST).setTrustOptions(asked));
    return options;
  }

  private void route(HttpServerRequest request, Connections connections) {
    connections.requested(request);
    String path = request.path();
    if (path == null) {
      refuse(request, 400, "bad_request", "A path begins with a slash.");
    } else if (path.equals(DeviceGateway.PATH)) {
      gateway.handshake(request, () -> connections.ended(request.connection()));
    } else if (path.equals(DeviceGateway.CHECK_PATH)) {
      gateway.check(request);
    } else if (path.equals(DeviceGateway.CERTIFICATE_PATH)) {
      gateway.certify(request);
    } else if (path.equals(ApiViewer.PATH) || path.startsWith(ApiViewer.PATH + "/")) {
      apiViewer.handle(request);
    } else if (path.startsWith(HttpApi.BASE_PATH + "/")) {
      api.handle(request, () -> connections.ended(request.connection()));
    } else if (path.startsWith(AgentDownload.FOLDER)) {
      agentDownload.handle(request);
    } else if (path.startsWith(Health.PATH)) {
      health.handle(request);
    } else {
      dashboard.handle(request);
    }
  }

  /** Answers what can't be read as a request, and ends the connection. */
  private void unreadable(HttpServerRequest request) {
    request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    switch (request.decoderResult().cause()) {
      case TooLongHttpLineException _ ->
          refuse(
              request,
              414,
              "uri_too_long",
              "The request line is over the limit of " + MAX_REQUEST_LINE + " bytes.");
      case TooLongHttpHeaderException _ ->
          refuse(
              request,
              431,
              "headers_too_large",
              "The request's headers are over the limit of " + MAX_HEADERS + " bytes.");
      case null, default ->
          refuse(request, 400, "bad_request", "This can't be read as an HTTP request.");
    }
    vertx.setTimer(LINGER_MILLIS, _ -> request.connection().close());
  }

  private static void refuse(HttpServerRequest request, int status, String code, String sentence) {
    var _ =
        request
            .response()
            .setStatusCode(status)
            .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
            .end(new JsonObject().put("error", sentence).put("code", code).encode());
  }
}
