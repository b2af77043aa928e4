package com.iottly.platform.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import java.util.Map;

/**
 * What a call answers.
 *
 * @param status the HTTP status
 * @param headers headers beyond {@code Content-Type: application/json}
 * @param body JSON
 */
record Answer(int status, Map<String, String> headers, Buffer body) {

  static Answer ok(JsonNode body) {
    return new Answer(200, Map.of(), Buffer.buffer(Json.write(body)));
  }

  static Answer ok(byte[] json) {
    return new Answer(200, Map.of(), Buffer.buffer(json));
  }
}
