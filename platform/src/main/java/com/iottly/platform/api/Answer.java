package com.iottly.platform.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a call answers.
 *
 * @param status the HTTP status
 * @param headers headers beyond {@code Content-Type: application/json}
 * @param body JSON
 * @param upgrade instead of all that, who takes the connection over as a WebSocket, or null
 */
record Answer(int status, Map<String, String> headers, Buffer body, @Nullable Upgrade upgrade) {

  /** Takes over a connection that becomes a WebSocket. Event loop. */
  interface Upgrade {

    /** It has become one. */
    void opened(ServerWebSocket socket);

    /** It broke before it did. */
    void lost();
  }

  Answer(int status, Map<String, String> headers, Buffer body) {
    this(status, headers, body, null);
  }

  /** The connection becomes a WebSocket (RFC 6455). */
  static Answer upgrade(Upgrade upgrade) {
    return new Answer(101, Map.of(), Buffer.buffer(), upgrade);
  }

  static Answer ok(JsonNode body) {
    return new Answer(200, Map.of(), Buffer.buffer(Json.write(body)));
  }

  static Answer ok(byte[] json) {
    return new Answer(200, Map.of(), Buffer.buffer(json));
  }
}
