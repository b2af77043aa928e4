package com.iottly.platform.api;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Under which scheme, host and port the platform is reached from outside, as in {@code
 * https://iot.example.com}.
 *
 * @param configured what the operator said, when they did; otherwise it is the request's own host
 */
public record PublicOrigin(Optional<String> configured) {

  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+]");

  String of(HttpServerRequest request) {
    return configured.orElseGet(() -> {
      HostAndPort authority = request.authority();
      if (authority == null || !HOST.matcher(authority.host()).matches()) {
        throw ApiError.badRequest("bad_host", "The header Host does not name a host.");
      }
      String port = authority.port() > 0 ? ":" + authority.port() : "";
      return (request.isSSL() ? "https://" : "http://") + authority.host() + port;
    });
  }

  /** The same place as a WebSocket address. */
  static String webSocket(String origin) {
    return origin.replaceFirst("^http", "ws");
  }

  /** The form for the installer: the host alone when it is HTTPS, the whole origin otherwise. */
  static String host(String origin) {
    return origin.startsWith("https://") ? origin.substring("https://".length()) : origin;
  }
}
