package com.iottly.agent.doctor;

import com.iottly.agent.config.AgentConfig;
import com.iottly.agent.json.Json;
import com.iottly.agent.net.Unreachable;
import com.iottly.wire.FrameCodec;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.jspecify.annotations.Nullable;

/** What came of a request to the platform. */
sealed interface Answer {

  /**
   * The platform, or something in its place, answered.
   *
   * @param body its members when it was JSON
   */
  record Came(int status, Map<String, @Nullable Object> body, Duration took) implements Answer {

    /** In the platform's own words, if it used any. */
    String said() {
      return body.get("error") instanceof String error
          ? error
          : "the answer was the HTTP status " + status;
    }
  }

  /** Nothing came. */
  record None(IOException why) implements Answer {}

  /** How long a request may take in all. */
  Duration PATIENCE = Duration.ofSeconds(30);

  int MAX_BYTES = 16 * 1024;

  /** Asks what a handshake would meet ({@code docs/protocol.md}, Asking first). */
  static Answer toCheck(OkHttpClient client, AgentConfig config) {
    String url = url(config) + "/check";
    long start = System.nanoTime();
    try (Response response = client.newCall(request(url, config).build()).execute()) {
      return came(response, start);
    } catch (IOException e) {
      return new None(e);
    }
  }

  /** Shakes hands and says goodbye before HELLO, so that a running agent keeps its connection. */
  static Answer toHandshake(OkHttpClient client, AgentConfig config) {
    var answer = new CompletableFuture<Answer>();
    Request request =
        request(url(config), config)
            .header("Sec-WebSocket-Protocol", FrameCodec.SUBPROTOCOL)
            .build();
    long start = System.nanoTime();
    WebSocket socket =
        client.newWebSocket(
            request,
            new WebSocketListener() {
              @Override
              public void onOpen(WebSocket webSocket, Response response) {
                answer.complete(new Came(101, Map.of(), since(start)));
                webSocket.close(1000, null);
              }

              @Override
              public void onFailure(
                  WebSocket webSocket, Throwable failure, @Nullable Response response) {
                answer.complete(
                    response == null
                        ? new None(failure instanceof IOException e ? e : new IOException(failure))
                        : came(response, start));
              }
            });
    try {
      return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      socket.cancel();
      return new None(new IOException("no answer within " + PATIENCE.toSeconds() + " s"));
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new None(new IOException("interrupted"));
    }
  }

  private static String url(AgentConfig config) {
    return config.connection().endpoint().toString().replaceFirst("^ws", "http");
  }

  private static Request.Builder request(String url, AgentConfig config) {
    return new Request.Builder()
        .url(url)
        .header("Authorization", "Bearer " + config.agent().token());
  }

  private static Came came(Response response, long start) {
    return new Came(response.code(), body(response), since(start));
  }

  private static Map<String, @Nullable Object> body(Response response) {
    try {
      return Json.read(response.peekBody(MAX_BYTES).bytes());
    } catch (IOException | IllegalArgumentException | IllegalStateException e) {
      return Map.of();
    }
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** The step at which it ended without an answer, if so. */
  static Unreachable.@Nullable Step ended(Answer answer) {
    return switch (answer) {
      case Came _ -> null;
      case None(Unreachable why) -> why.step();
      case None _ -> Unreachable.Step.HTTP;
    };
  }
}
