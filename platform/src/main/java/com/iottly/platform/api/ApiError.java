package com.iottly.platform.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.util.Map;

/**
 * A request that can't be granted: an HTTP status (RFC 9110), a stable code, and a sentence that
 * says what is wrong and what to do (contract §2).
 */
final class ApiError extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final int status;
  private final String code;
  private final transient Map<String, String> headers;

  private ApiError(int status, String code, String sentence, Map<String, String> headers) {
    super(sentence, null, false, false);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }

  static ApiError badRequest(String code, String sentence) {
    return new ApiError(400, code, sentence, Map.of());
  }

  /** A body that did not come as it should: what follows on the connection makes no sense. */
  static ApiError brokenBody(String code, String sentence) {
    return new ApiError(400, code, sentence, Map.of("Connection", "close"));
  }

  static ApiError unauthorized(String code, String sentence) {
    return new ApiError(401, code, sentence, Map.of("WWW-Authenticate", "Bearer"));
  }

  static ApiError forbidden(String code, String sentence) {
    return new ApiError(403, code, sentence, Map.of());
  }

  static ApiError notFound(String code, String sentence) {
    return new ApiError(404, code, sentence, Map.of());
  }

  static ApiError methodNotAllowed(String allowed) {
    return new ApiError(
        405,
        "method_not_allowed",
        "This path does not take that method; it takes " + allowed + ".",
        Map.of("Allow", allowed));
  }

  static ApiError conflict(String code, String sentence) {
    return new ApiError(409, code, sentence, Map.of());
  }

  static ApiError tooLarge(int limit) {
    return new ApiError(
        413,
        "body_too_large",
        "The request body is over the limit of " + limit + " bytes.",
        Map.of("Connection", "close"));
  }

  static ApiError unsupportedMediaType() {
    return new ApiError(
        415,
        "unsupported_media_type",
        "Send JSON with the header 'Content-Type: application/json'.",
        Map.of());
  }

  /** RFC 9110 §15.5.22. */
  static ApiError upgradeRequired() {
    return new ApiError(
        426,
        "not_a_websocket",
        "This is a WebSocket: connect with one, version 13 (RFC 6455).",
        Map.of("Upgrade", "websocket", "Connection", "Upgrade"));
  }

  static ApiError tooManyRequests(String code, String sentence, int retryAfterSeconds) {
    return new ApiError(
        429, code, sentence, Map.of("Retry-After", Integer.toString(retryAfterSeconds)));
  }

  static ApiError unavailable(String sentence) {
    return new ApiError(503, "unavailable", sentence, Map.of("Retry-After", "5"));
  }

  static ApiError internal(String incident) {
    return new ApiError(
        500,
        "internal_error",
        "Something went wrong on our side. The server's log has it under " + incident + ".",
        Map.of());
  }

  /** What is wrong, as JSON. */
  ObjectNode json() {
    return Json.object().put("error", getMessage()).put("code", code);
  }

  Answer answer() {
    return new Answer(status, headers, Buffer.buffer(Json.write(json())));
  }
}
