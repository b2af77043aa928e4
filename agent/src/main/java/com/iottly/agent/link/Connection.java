package com.iottly.agent.link;

import com.iottly.agent.json.Json;
import com.iottly.agent.net.Unreachable;
import com.iottly.wire.CloseCode;
import com.iottly.wire.Frame;
import com.iottly.wire.FrameCodec;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket. OkHttp's thread puts what happens into the link's queue and waits when it is full.
 */
final class Connection extends WebSocketListener {

  private static final int MAX_REASON_BYTES = 123;
  private static final int MAX_ERROR_BYTES = 4096;
  private static final int NO_CODE = 1005;
  private static final long LEAVING_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final BlockingQueue<Event> events;
  private @Nullable WebSocket socket;

  private Connection(BlockingQueue<Event> events) {
    this.events = events;
  }

  static Connection open(
      OkHttpClient client, LinkSettings settings, String userAgent, BlockingQueue<Event> events) {
    String http = settings.endpoint().toString().replaceFirst("^ws", "http");
    Request request =
        new Request.Builder()
            .url(http)
            .header("Authorization", "Bearer " + settings.token())
            .header("Sec-WebSocket-Protocol", FrameCodec.SUBPROTOCOL)
            .header("User-Agent", userAgent)
            .build();
    Connection connection = new Connection(events);
    connection.socket = client.newWebSocket(request, connection);
    return connection;
  }

  /** Sends a frame; false when the connection is closing. */
  boolean send(byte[] frame) {
    WebSocket open = socket;
    return open != null && open.send(ByteString.of(frame));
  }

  /** How many bytes of frames wait for the network. */
  long waiting() {
    WebSocket open = socket;
    return open == null ? 0 : open.queueSize();
  }

  boolean send(Frame frame) {
    return send(FrameCodec.encode(frame));
  }

  /** Says goodbye and waits for nothing; the socket goes away by itself within a minute. */
  void close(int code, String reason) {
    WebSocket open = socket;
    if (open != null && !open.close(code, fitting(reason))) {
      open.cancel();
    }
  }

  /** Says goodbye, waits a moment for the platform to have heard it, and ends the connection. */
  void leave(String reason) {
    close(CloseCode.GOING_AWAY.code(), reason);
    long deadline = System.nanoTime() + LEAVING_NANOS;
    try {
      Event event;
      do {
        event = events.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      } while (event != null
          && !(event instanceof Event.Closed)
          && !(event instanceof Event.Failed));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    cancel();
  }

  void cancel() {
    WebSocket open = socket;
    if (open != null) {
      open.cancel();
    }
  }

  private static String fitting(String reason) {
    ByteString bytes = ByteString.encodeUtf8(reason);
    return bytes.size() <= MAX_REASON_BYTES
        ? reason
        : reason
            .replaceAll("[^\\x20-\\x7e]", "?")
            .substring(0, Math.min(reason.length(), MAX_REASON_BYTES));
  }

  @Override
  public void onOpen(WebSocket webSocket, Response response) {
    put(new Event.Opened(this));
  }

  @Override
  public void onMessage(WebSocket webSocket, ByteString bytes) {
    put(new Event.Received(this, bytes));
  }

  @Override
  public void onMessage(WebSocket webSocket, String text) {
    put(new Event.ReceivedText(this));
  }

  @Override
  public void onClosing(WebSocket webSocket, int code, String reason) {
    webSocket.close(code == NO_CODE ? 1000 : code, null);
    put(new Event.Closed(this, code, reason));
  }

  @Override
  public void onFailure(WebSocket webSocket, Throwable failure, @Nullable Response response) {
    int status = response == null || response.code() == 101 ? 0 : response.code();
    String reason =
        response == null || status == 0
            ? reason(failure)
            : "the platform answered " + status + error(response);
    put(new Event.Failed(this, reason, status, retryAfter(response)));
  }

  private static String reason(Throwable failure) {
    return switch (failure) {
      case Unreachable e -> String.valueOf(e.getMessage());
      case EOFException _ -> "the connection was lost: the other end hung up";
      default -> "the connection was lost: " + failure.getMessage();
    };
  }

  private static String error(Response response) {
    try {
      byte[] body = response.peekBody(MAX_ERROR_BYTES).bytes();
      Object error = Json.read(body).get("error");
      return error == null ? "" : ": " + error;
    } catch (IOException | IllegalArgumentException | IllegalStateException e) {
      return " " + response.message();
    }
  }

  private static @Nullable Duration retryAfter(@Nullable Response response) {
    String seconds = response == null ? null : response.header("Retry-After");
    return seconds == null || !seconds.matches("[0-9]{1,9}")
        ? null
        : Duration.ofSeconds(Long.parseLong(seconds));
  }

  private void put(Event event) {
    try {
      events.put(event);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
