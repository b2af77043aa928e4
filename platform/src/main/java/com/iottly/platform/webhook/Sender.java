package com.iottly.platform.webhook;

import com.iottly.platform.webhook.AddressGuard.Verdict;
import com.iottly.platform.webhook.WebhookDefinition.Header;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Posts to endpoints, on event loops. Each connection goes to the very address that was checked;
 * the name stays in {@code Host} and in TLS. Redirects are not followed. Any thread.
 */
final class Sender implements AutoCloseable {

  private static final Duration CHECK_AGE = Duration.ofSeconds(30);
  private static final int CONNECTIONS_PER_ADDRESS = 4_096;
  private static final int KEEP_ALIVE_SECONDS = 30;
  private static final int MAX_HEAD = 16 << 10;

  private record Checked(InetAddress address, long nanoTime) {}

  private final Vertx vertx;
  private final Executor blocking;
  private final AddressGuard guard;
  private final HttpClient http;
  private final InstantSource clock;
  private final Duration timeout;
  private final ConcurrentMap<String, Checked> checked = new ConcurrentHashMap<>();

  Sender(
      Vertx vertx,
      Executor blocking,
      AddressGuard guard,
      EndpointPolicy policy,
      InstantSource clock,
      Duration timeout) {
    this.vertx = vertx;
    this.blocking = blocking;
    this.guard = guard;
    this.clock = clock;
    this.timeout = timeout;
    HttpClientOptions options =
        new HttpClientOptions()
            .setForceSni(true)
            .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
            .setMaxHeaderSize(MAX_HEAD)
            .setConnectTimeout(Math.toIntExact(timeout.toMillis()))
            .setSslHandshakeTimeout(timeout.toMillis())
            .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
    policy
        .caBundle()
        .ifPresent(
            file -> options.setTrustOptions(new PemTrustOptions().addCertPath(file.toString())));
    http =
        vertx
            .httpClientBuilder()
            .with(options)
            .with(new PoolOptions().setHttp1MaxSize(CONNECTIONS_PER_ADDRESS))
            // The request fails too, and says why where people look for it.
            .withConnectHandler(connection -> connection.exceptionHandler(_ -> {}))
            .build();
  }

  /** Sends it; what became of it comes on another thread, and always does. */
  void send(Endpoint endpoint, Envelope envelope, Consumer<Attempt> done) {
    Exchange exchange = new Exchange(vertx, clock, timeout, done);
    Checked known = checked.get(endpoint.host());
    if (known != null && System.nanoTime() - known.nanoTime() < CHECK_AGE.toNanos()) {
      send(endpoint, envelope, known.address(), exchange);
    } else {
      blocking.execute(() -> checkAndSend(endpoint, envelope, exchange));
    }
  }

  private void checkAndSend(Endpoint endpoint, Envelope envelope, Exchange exchange) {
    switch (guard.check(endpoint.host())) {
      case Verdict.Reachable(InetAddress address) -> {
        forgetOld();
        checked.put(endpoint.host(), new Checked(address, System.nanoTime()));
        send(endpoint, envelope, address, exchange);
      }
      case Verdict.Forbidden(String problem) -> exchange.fail(problem);
      case Verdict.Unknown(String problem) -> exchange.fail(problem);
    }
  }

  private void forgetOld() {
    long now = System.nanoTime();
    checked.values().removeIf(known -> now - known.nanoTime() >= CHECK_AGE.toNanos());
  }

  private void send(Endpoint endpoint, Envelope envelope, InetAddress address, Exchange exchange) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setServer(
                SocketAddress.inetSocketAddress(new InetSocketAddress(address, endpoint.port())))
            .setHost(endpoint.host())
            .setPort(endpoint.port())
            .setSsl(endpoint.tls())
            .setURI(endpoint.path())
            .setFollowRedirects(false);
    for (Header header : endpoint.headers()) {
      options.putHeader(header.name(), header.value());
    }
    if (options.getHeaders() == null || !options.getHeaders().contains("User-Agent")) {
      options.putHeader("User-Agent", "Iottly-Webhook/1.0");
    }
    options
        .putHeader("Content-Type", "application/json")
        .putHeader("webhook-id", envelope.id())
        .putHeader("webhook-timestamp", Long.toString(envelope.timestamp().getEpochSecond()))
        .putHeader("webhook-signature", envelope.signature());
    exchange.begin(http.request(options), envelope.body());
  }

  @Override
  public void close() {
    http.close().await();
  }
}
