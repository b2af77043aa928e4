package com.iottly.agent.net;

import com.iottly.agent.config.ConfigException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A proxy as an environment variable names it; shown without its password.
 *
 * @param variable which one
 * @param tls whether TLS is spoken to the proxy itself
 */
public record ProxyServer(
    String variable, boolean tls, String host, int port, Optional<User> user) {

  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  /** Who we are to the proxy; shown without the password. */
  public record User(String name, String password) {
    @Override
    public String toString() {
      return name;
    }
  }

  /**
   * Reads {@code [http[s]://][user:password@]host[:port][/]}.
   *
   * @throws ConfigException when it is something else; the message does not show it
   */
  static ProxyServer parse(String variable, String value) {
    URI uri = uri(variable, value.contains("://") ? value : "http://" + value);
    String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw bad(variable, "names a proxy of the kind '" + scheme + "'");
    }
    if (uri.getHost() == null) {
      throw bad(variable, "has no host that can be read");
    }
    String path = String.valueOf(uri.getRawPath());
    if (!(path.isEmpty() || path.equals("/")) || uri.getQuery() != null) {
      throw bad(variable, "has something behind host and port");
    }
    if (uri.getPort() == 0 || uri.getPort() > 0xffff) {
      throw bad(variable, "has the port " + uri.getPort());
    }
    boolean tls = scheme.equals("https");
    int port = uri.getPort() >= 0 ? uri.getPort() : tls ? HTTPS_PORT : HTTP_PORT;
    String host = uri.getHost().replaceAll("[\\[\\]]", "");
    return new ProxyServer(variable, tls, host, port, user(variable, uri.getRawUserInfo()));
  }

  private static URI uri(String variable, String value) {
    try {
      return new URI(value);
    } catch (URISyntaxException e) {
      // Its message would show the password.
      throw bad(variable, "can't be read as a URL");
    }
  }

  private static Optional<User> user(String variable, @Nullable String info) {
    if (info == null) {
      return Optional.empty();
    }
    int colon = info.indexOf(':');
    String name = colon < 0 ? info : info.substring(0, colon);
    String password = colon < 0 ? "" : info.substring(colon + 1);
    return Optional.of(new User(decode(variable, name), decode(variable, password)));
  }

  private static String decode(String variable, String text) {
    String decoded = URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    if (decoded.chars().anyMatch(Character::isISOControl)) {
      throw bad(variable, "has a control character in user or password");
    }
    return decoded;
  }

  private static ConfigException bad(String variable, String what) {
    return new ConfigException(
        "environment: %s %s; allowed: http://[user:password@]host[:port], or the same with https://, with @ : / %% and # in user and password written as %%40 %%3A %%2F %%25 %%23"
            .formatted(variable, what));
  }

  /** For OkHttp, which resolves the proxy's name and leaves the platform's to the proxy. */
  Proxy asProxy() {
    return new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(host, port));
  }

  boolean isAt(InetSocketAddress address) {
    return address.getPort() == port
        && (address.getHostString().equals(host)
            || Literal.of(host).map(own -> own.equals(address.getAddress())).orElse(false));
  }

  /** {@code http://host:port}, without user and password. */
  @Override
  public String toString() {
    return (tls ? "https://" : "http://")
        + (host.contains(":") ? "[" + host + "]" : host)
        + ":"
        + port;
  }
}
