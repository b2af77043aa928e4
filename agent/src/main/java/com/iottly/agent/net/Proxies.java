package com.iottly.agent.net;

import com.iottly.agent.config.ConfigException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the proxy as the usual environment variables say, lower case first: {@code https_proxy}
 * for TLS, {@code http_proxy} otherwise, unless {@code no_proxy} names the host, a suffix of it, or
 * {@code *}.
 */
final class Proxies extends ProxySelector {

  private final @Nullable URI forTls;
  private final @Nullable URI forPlain;
  private final List<String> without;

  /** Who we are to the proxy. */
  record User(String name, String password) {
    @Override
    public String toString() {
      return name;
    }
  }

  private Proxies(@Nullable URI forTls, @Nullable URI forPlain, List<String> without) {
    this.forTls = forTls;
    this.forPlain = forPlain;
    this.without = without;
  }

  static Proxies of(Map<String, String> environment) {
    String without = value(environment, "NO_PROXY").toLowerCase(Locale.ROOT);
    return new Proxies(
        proxy(environment, "HTTPS_PROXY"),
        proxy(environment, "HTTP_PROXY"),
        Arrays.stream(without.split(",", -1))
            .map(String::strip)
            .filter(host -> !host.isEmpty())
            .toList());
  }

  private static String value(Map<String, String> environment, String variable) {
    String lower = environment.get(variable.toLowerCase(Locale.ROOT));
    return lower != null ? lower : environment.getOrDefault(variable, "");
  }

  private static @Nullable URI proxy(Map<String, String> environment, String variable) {
    String value = value(environment, variable).strip();
    if (value.isEmpty()) {
      return null;
    }
    try {
      URI uri = new URI(value.contains("://") ? value : "http://" + value);
      if (uri.getHost() != null && "http".equals(uri.getScheme())) {
        return uri;
      }
    } catch (URISyntaxException e) {
      throw bad(variable);
    }
    throw bad(variable);
  }

  private static ConfigException bad(String variable) {
    return new ConfigException(
        "environment: "
            + variable
            + " is not the address of a proxy; allowed: http://[user:password@]host:port");
  }

  Optional<User> credentials() {
    URI proxy = forTls != null ? forTls : forPlain;
    String info = proxy == null ? null : proxy.getRawUserInfo();
    if (info == null) {
      return Optional.empty();
    }
    int colon = info.indexOf(':');
    String name = colon < 0 ? info : info.substring(0, colon);
    return Optional.of(new User(decode(name), colon < 0 ? "" : decode(info.substring(colon + 1))));
  }

  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  @Override
  public List<Proxy> select(URI uri) {
    boolean tls = "https".equals(uri.getScheme()) || "wss".equals(uri.getScheme());
    URI proxy = tls ? forTls : forPlain;
    String host = uri.getHost();
    if (proxy == null || host == null || excluded(host.toLowerCase(Locale.ROOT))) {
      return List.of(Proxy.NO_PROXY);
    }
    int port = proxy.getPort() < 0 ? 80 : proxy.getPort();
    return List.of(
        new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(proxy.getHost(), port)));
  }

  private boolean excluded(String host) {
    return without.stream()
        .anyMatch(rule -> {
          String name = rule.startsWith("*.") ? rule.substring(2) : rule;
          name = name.startsWith(".") ? name.substring(1) : name;
          return rule.equals("*") || host.equals(name) || host.endsWith("." + name);
        });
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException failure) {
    // OkHttp reports the failure to the caller of the request as well.
  }
}
