package com.iottly.platform.api;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;

/** Reads a request's body on its event loop, never more than the limit and never for ever. */
final class RequestBody {

  private static final long LINGER_MILLIS = 1_000;

  private final HttpServerRequest request;
  private final Vertx vertx;
  private final ApiLimits limits;
  private final Consumer<ApiError> refused;
  private final Buffer received = Buffer.buffer();
  private long timer;
  private boolean over;

  private RequestBody(
      HttpServerRequest request, Vertx vertx, ApiLimits limits, Consumer<ApiError> refused) {
    this.request = request;
    this.vertx = vertx;
    this.limits = limits;
    this.refused = refused;
  }

  /** Calls exactly one of the two, unless the connection breaks first. */
  static void read(
      HttpServerRequest request,
      Vertx vertx,
      ApiLimits limits,
      Consumer<byte[]> complete,
      Consumer<ApiError> refused) {
    if (declaredLength(request) > limits.maxBodyBytes()) {
      throw ApiError.tooLarge(limits.maxBodyBytes());
    }
    new RequestBody(request, vertx, limits, refused).start(complete);
  }

  /**
   * Lets the rest of a refused request pass by for a moment, so that its answer can be read, and
   * then ends the connection if there is still more.
   */
  static void discard(HttpServerRequest request, Vertx vertx) {
    request.handler(_ -> {});
    if (!request.isEnded()) {
      vertx.setTimer(
          LINGER_MILLIS,
          _ -> {
            if (!request.isEnded()) {
              request.connection().close();
            }
          });
    }
  }

  private void start(Consumer<byte[]> complete) {
    timer =
        vertx.setTimer(
            limits.bodyTimeout().toMillis(),
            _ ->
                refuse(
                    ApiError.badRequest(
                        "body_timeout",
                        "The request body did not arrive within "
                            + limits.bodyTimeout().toSeconds()
                            + " s.")));
    request.exceptionHandler(_ -> end());
    request.handler(this::onChunk);
    if (HttpHeaders.CONTINUE.toString().equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
      request.response().writeContinue();
    }
    request.endHandler(_ -> {
      if (!over) {
        end();
        complete.accept(received.getBytes());
      }
    });
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

  private void refuse(ApiError error) {
    if (!over) {
      end();
      discard(request, vertx);
      refused.accept(error);
    }
  }

  private void end() {
    over = true;
    vertx.cancelTimer(timer);
  }

  private static long declaredLength(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    try {
      return length == null ? 0 : Long.parseLong(length);
    } catch (NumberFormatException e) {
      throw ApiError.badRequest("bad_content_length", "The header Content-Length is not a number.");
    }
  }
}
