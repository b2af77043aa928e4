package com.iottly.platform.api;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;

/**
 * A request's body, read on the request's event loop: never more than the limit and never for ever.
 */
final class RequestBody {

  private final HttpServerRequest request;
  private final Vertx vertx;
  private final ApiLimits limits;
  private final Consumer<ApiError> refused;
  private final Buffer received = Buffer.buffer();
  private long timer;
  private boolean over;

  /**
   * @param refused hears of a body that can't be had, at most once
   */
  RequestBody(
      HttpServerRequest request, Vertx vertx, ApiLimits limits, Consumer<ApiError> refused) {
    this.request = request;
    this.vertx = vertx;
    this.limits = limits;
    this.refused = refused;
    request.exceptionHandler(_ -> onBroken());
  }

  /** Keeps it from coming until it is read. */
  void holdBack() {
    request.pause();
  }

  /** Reads it; unless it is refused or the connection breaks, it goes to {@code complete}. */
  void read(Consumer<byte[]> complete) {
    if (over) {
      return;
    }
    timer =
        vertx.setTimer(
            limits.bodyTimeout().toMillis(),
            _ ->
                refuse(
                    ApiError.brokenBody(
                        "body_timeout",
                        "The request body did not arrive within "
                            + limits.bodyTimeout().toSeconds()
                            + " s.")));
    request.handler(this::onChunk);
    request.endHandler(_ -> {
      if (!over) {
        end();
        complete.accept(received.getBytes());
      }
    });
    if (HttpHeaders.CONTINUE.toString().equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
      request.response().writeContinue();
    }
    request.resume();
  }

  private void onChunk(Buffer chunk) {
    if (over) {
      return;
    }
    if (received.length() + chunk.length() > limits.maxBodyBytes()) {
      refuse(ApiError.tooLarge(limits.maxBodyBytes()));
    } else {
      received.appendBuffer(chunk);
    }
  }

  /**
   * Vert.x ends the connection next and would leave the answer behind; closing it sends it first.
   */
  private void onBroken() {
    refuse(ApiError.brokenBody("bad_body", "The request's body can't be read as HTTP."));
    var _ = request.connection().close();
  }

  private void refuse(ApiError error) {
    if (!over) {
      end();
      refused.accept(error);
    }
  }

  private void end() {
    over = true;
    vertx.cancelTimer(timer);
  }

  /** Refuses a body that says beforehand that it is too large. */
  static void requireFitting(HttpServerRequest request, ApiLimits limits) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    try {
      if (length != null && Long.parseLong(length) > limits.maxBodyBytes()) {
        throw ApiError.tooLarge(limits.maxBodyBytes());
      }
    } catch (NumberFormatException e) {
      throw ApiError.badRequest("bad_content_length", "The header Content-Length is not a number.");
    }
  }
}
