package com.iottly.platform.websocket;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** The client's half of an opening handshake (RFC 6455 §4.2.1). */
public final class Handshake {

  /** 16 bytes in base64. */
  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9+/]{22}==");

  private Handshake() {}

  /** Whether the request is one, of version 13. */
  public static boolean isOne(HttpServerRequest request) {
    String key = request.getHeader("Sec-WebSocket-Key");
    return request.method().equals(HttpMethod.GET)
        && "websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE))
        && Arrays.stream(String.valueOf(request.getHeader(HttpHeaders.CONNECTION)).split(","))
            .anyMatch(option -> option.trim().equalsIgnoreCase("upgrade"))
        && "13".equals(request.getHeader("Sec-WebSocket-Version"))
        && key != null
        && KEY.matcher(key.trim()).matches();
  }

  /** The sub-protocols that its headers offer, in their order. */
  public static List<String> protocols(MultiMap headers) {
    return headers.getAll("Sec-WebSocket-Protocol").stream()
        .flatMap(line -> Arrays.stream(line.split(",")))
        .map(String::trim)
        .filter(protocol -> !protocol.isEmpty())
        .toList();
  }
}
