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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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

  /** How many names are looked up at once: name servers may be slow, and block a thread each. */
  private static final int RESOLVERS = 8;

  /** A host that is or was looked up; everybody who needs it meanwhile shares that. */
  private record LookUp(CompletableFuture<Verdict> verdict, long began) {

    boolean isOld() {
      return verdict.isDone() && System.nanoTime() - began >= CHECK_AGE.toNanos();
    }
  }

  private final Vertx vertx;
  private final ExecutorService resolvers =
      Executors.newFixedThreadPool(
          RESOLVERS, Thread.ofPlatform().name("webhook-names-", 0).daemon().factory());
  private final AddressGuard guard;
  private final HttpClient http;
  private final InstantSource clock;
  private final Duration timeout;
  private final ConcurrentMap<String, LookUp> lookUps = new ConcurrentHashMap<>();

  Sender(
      Vertx vertx,
      AddressGuard guard,
      EndpointPolicy policy,
      InstantSource clock,
      Duration timeout) {
    this.vertx = vertx;
    this.guard = guard;
    this.clock = clock;
    this.timeout = timeout;
    HttpClientOptions options =
        new HttpClientOptions()
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
    var _ =
        lookUp(endpoint.host())
            .thenAccept(verdict -> {
              switch (verdict) {
                case Verdict.Reachable(InetAddress address) ->
                    send(endpoint, envelope, address, exchange);
                case Verdict.Forbidden(String problem) -> exchange.fail(problem);
                case Verdict.Unknown(String problem) -> exchange.fail(problem);
              }
            });
  }

  private CompletableFuture<Verdict> lookUp(String host) {
    LookUp known = lookUps.get(host);
    if (known != null && !known.isOld()) {
      return known.verdict();
    }
    lookUps.values().removeIf(LookUp::isOld);
    LookUp begun =
        lookUps.computeIfAbsent(
            host,
            name ->
                new LookUp(
                    CompletableFuture.supplyAsync(() -> guard.check(name), resolvers),
                    System.nanoTime()));
    return begun
        .verdict()
        .whenComplete((verdict, _) -> {
          if (!(verdict instanceof Verdict.Reachable)) {
            boolean _ = lookUps.remove(host, begun);
          }
        });
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
    resolvers.shutdownNow();
  }
}
