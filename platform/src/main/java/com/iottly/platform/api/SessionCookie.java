package com.iottly.platform.api;

import com.iottly.platform.core.Sha256;
import io.netty.handler.codec.http.cookie.Cookie;
import io.netty.handler.codec.http.cookie.ServerCookieDecoder;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.time.Duration;
import java.util.Optional;

/**
 * A browser's session: a cookie no script can read and no other site can send, and a token that a
 * page must send along with what changes something (docs/adr/0005).
 */
final class SessionCookie {

  /** The header with the token. */
  static final String CSRF_HEADER = "X-CSRF-Token";

  static final String NAME = "iottly_session";

  private SessionCookie() {}

  /** The secret in a request's cookies. */
  static Optional<String> in(MultiMap headers) {
    String cookies = headers.get(HttpHeaders.COOKIE);
    return cookies == null
        ? Optional.empty()
        : ServerCookieDecoder.LAX.decode(cookies).stream()
            .filter(cookie -> cookie.name().equals(NAME))
            .map(Cookie::value)
            .findFirst();
  }

  /** The header that gives the browser that secret; Secure unless we are reached without TLS. */
  static String set(String secret, Duration life, String origin) {
    String secure = origin.startsWith("https://") ? "; Secure" : "";
    return "%s=%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Strict%s"
        .formatted(NAME, secret, life.toSeconds(), secure);
  }

  /** The header that takes it away. */
  static String remove(String origin) {
    return set("", Duration.ZERO, origin);
  }

  /** The token of that session: who has the cookie can make it, who only sends it can't. */
  static String csrfToken(String secret) {
    return Sha256.hex("csrf " + secret);
  }
}
