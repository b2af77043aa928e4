package com.iottly.agent.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import okhttp3.Authenticator;
import okhttp3.Challenge;
import okhttp3.Credentials;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.Route;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the proxy as the usual environment variables say: {@code HTTPS_PROXY} for {@code wss} and
 * {@code https}, {@code HTTP_PROXY} for {@code ws} and {@code http}, none for what {@code NO_PROXY}
 * lists. Of a variable in both cases the lower case one counts, even when it is empty.
 */
public final class Proxies extends ProxySelector implements Authenticator {

  private static final String AHEAD_OF_ANY_CHALLENGE = "OkHttp-Preemptive";
  private static final String CREDENTIALS = "Proxy-Authorization";

  private final Optional<ProxyServer> forTls;
  private final Optional<ProxyServer> forPlain;
  private final NoProxy without;

  private Proxies(Map<String, String> environment) {
    this.forTls = proxy(environment, "HTTPS_PROXY");
    this.forPlain = proxy(environment, "HTTP_PROXY");
    this.without = NoProxy.parse(value(environment, "NO_PROXY"));
  }

  /**
   * What the environment says.
   *
   * @throws com.iottly.agent.config.ConfigException when a variable can't be read
   */
  public static Proxies of(Map<String, String> environment) {
    return new Proxies(environment);
  }

  /** What a variable says, whatever its case. */
  public static String value(Map<String, String> environment, String variable) {
    String lower = environment.get(variable.toLowerCase(Locale.ROOT));
    return (lower != null ? lower : environment.getOrDefault(variable, "")).strip();
  }

  private static Optional<ProxyServer> proxy(Map<String, String> environment, String variable) {
    String value = value(environment, variable);
    return value.isEmpty() ? Optional.empty() : Optional.of(ProxyServer.parse(variable, value));
  }

  /** The way to an address. */
  public sealed interface Way {

    /** Through a proxy. */
    record Through(ProxyServer proxy) implements Way {}

    /** Without one. */
    record Direct(String why) implements Way {}
  }

  /** The way to an {@code http}, {@code https}, {@code ws} or {@code wss} address. */
  public Way way(URI address) {
    boolean tls = isTls(address);
    Optional<ProxyServer> proxy = tls ? forTls : forPlain;
    if (proxy.isEmpty()) {
      return new Way.Direct((tls ? "HTTPS_PROXY" : "HTTP_PROXY") + " is not set");
    }
    int port = address.getPort() >= 0 ? address.getPort() : tls ? 443 : 80;
    return without
        .entryFor(String.valueOf(address.getHost()), port)
        .<Way>map(Way.Direct::new)
        .orElseGet(() -> new Way.Through(proxy.get()));
  }

  static boolean isTls(URI address) {
    return "https".equals(address.getScheme()) || "wss".equals(address.getScheme());
  }

  Optional<ProxyServer> through(URI address) {
    return way(address) instanceof Way.Through(ProxyServer proxy)
        ? Optional.of(proxy)
        : Optional.empty();
  }

  /** The proxy that wants TLS and is at that address, if any. */
  Optional<ProxyServer> tlsProxyAt(InetSocketAddress address) {
    return forTls
        .filter(proxy -> proxy.tls() && proxy.isAt(address))
        .or(() -> forPlain.filter(proxy -> proxy.tls() && proxy.isAt(address)));
  }

  boolean anyWantsTls() {
    return forTls.filter(ProxyServer::tls).isPresent()
        || forPlain.filter(ProxyServer::tls).isPresent();
  }

  @Override
  public List<Proxy> select(URI uri) {
    return List.of(through(uri).map(ProxyServer::asProxy).orElse(Proxy.NO_PROXY));
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException failure) {
    // OkHttp reports the failure to the caller of the request as well.
  }

  /** Basic credentials (RFC 7617), for CONNECT ahead of any challenge. */
  @Override
  public @Nullable Request authenticate(@Nullable Route route, Response response)
      throws IOException {
    Request request = response.request();
    ProxyServer proxy = through(request.url().uri()).orElseThrow();
    List<String> schemes = response.challenges().stream().map(Challenge::scheme).toList();
    boolean ahead = schemes.contains(AHEAD_OF_ANY_CHALLENGE);
    if (proxy.user().isEmpty()) {
      if (ahead) {
        return null;
      }
      throw refused(
          proxy,
          "wants a user and a password (407)",
          "write them into %s: http://user:password@host:port".formatted(proxy.variable()));
    }
    ProxyServer.User user = proxy.user().get();
    if (!ahead && !schemes.isEmpty() && schemes.stream().noneMatch("Basic"::equalsIgnoreCase)) {
      throw refused(
          proxy,
          "wants " + String.join(", ", schemes) + " (407), and the agent speaks Basic only",
          "have the proxy offer Basic, or let this device pass without");
    }
    if (request.header(CREDENTIALS) != null) {
      throw refused(
          proxy,
          "rejects the user '" + user.name() + "' or the password (407)",
          "correct them in "
              + proxy.variable()
              + ", with @ : / % and # written as %40 %3A %2F %25 %23");
    }
    return request
        .newBuilder()
        .header(
            CREDENTIALS, Credentials.basic(user.name(), user.password(), StandardCharsets.UTF_8))
        .build();
  }

  private static Unreachable refused(ProxyServer proxy, String what, String fix) {
    return new Unreachable(Unreachable.Step.PROXY, "the proxy " + proxy + " " + what, fix, null);
  }
}
