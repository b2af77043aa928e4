package com.iottly.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A client of the WebSocket API with one channel to one service of one device ({@code
 * docs/streaming.md}). It gives credit back as bytes come. {@link #send} is for one thread.
 */
final class ChannelClient implements WebSocket.Listener, AutoCloseable {

  private static final int CHANNEL = 1;
  private static final int HEAD = 4;

  /** How much the service may have on its way to us. */
  private static final int WINDOW = 4 << 20;

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final CompletableFuture<Void> opened = new CompletableFuture<>();
  private final StringBuilder text = new StringBuilder();
  private final Semaphore credit = new Semaphore(0);
  private final AtomicLong received = new AtomicLong();
  private @Nullable WebSocket socket;

  /** One at a time may be on its way. */
  private CompletableFuture<?> given = CompletableFuture.completedFuture(null);

  private int head = HEAD;
  private long ungiven;

  private ChannelClient() {}

  /** Connects, opens the service, and returns when the device has opened it too. */
  static ChannelClient open(
      HttpClient http,
      ServerProcess server,
      Provisioning.Fleet fleet,
      String device,
      String service,
      ObjectNode arguments) {
    ChannelClient client = new ChannelClient();
    String url = server.url().replaceFirst("^http", "ws");
    URI stream = URI.create(url + "/v1.0/project/" + fleet.project() + "/stream");
    ObjectNode open = Api.JSON.createObjectNode();
    open.put("op", "open").put("channel", CHANNEL).put("device", device).put("service", service);
    open.put("credit", WINDOW).set("arguments", arguments);
    WebSocket socket =
        await(
            http.newWebSocketBuilder()
                .header("Authorization", "Bearer " + fleet.key())
                .buildAsync(stream, client));
    client.socket = socket;
    WebSocket _ = await(socket.sendText(open.toString(), true));
    Void _ = await(client.opened);
    return client;
  }

  private static <T> T await(CompletableFuture<T> future) {
    try {
      return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new BenchException("the channel does not work: " + BenchException.reason(e), e);
    }
  }

  /**
   * Sends bytes, as soon as there is credit for them.
   *
   * @return false when the connection is over
   */
  boolean send(byte[] bytes) {
    WebSocket open = socket;
    if (open == null || open.isOutputClosed()) {
      return false;
    }
    try {
      if (!credit.tryAcquire(bytes.length, PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new BenchException("no credit came within " + PATIENCE.toSeconds() + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    ByteBuffer frame = ByteBuffer.allocate(HEAD + bytes.length).putInt(CHANNEL).put(bytes).flip();
    WebSocket _ = await(open.sendBinary(frame, true));
    return true;
  }

  /** How many bytes the service has sent. */
  long received() {
    return received.get();
  }

  @Override
  public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer part, boolean last) {
    int ofHead = Math.min(head, part.remaining());
    head -= ofHead;
    int bytes = part.remaining() - ofHead;
    received.addAndGet(bytes);
    ungiven += bytes;
    if (last) {
      head = HEAD;
    }
    if (ungiven >= WINDOW / 4) {
      String giving = "{\"op\":\"credit\",\"channel\":%d,\"bytes\":%d}".formatted(CHANNEL, ungiven);
      given = given.thenCompose(_ -> from.sendText(giving, true));
      ungiven = 0;
    }
    from.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
    text.append(part);
    if (last) {
      took(text.toString());
      text.setLength(0);
    }
    from.request(1);
    return null;
  }

  private void took(String frame) {
    try {
      JsonNode said = Api.JSON.readTree(frame);
      switch (said.path("op").asText()) {
        case "opened" -> {
          credit.release(said.path("credit").asInt());
          opened.complete(null);
        }
        case "credit" -> credit.release(said.path("bytes").asInt());
        case "error", "closed" -> opened.completeExceptionally(new BenchException(frame));
        default -> {}
      }
    } catch (JsonProcessingException e) {
      opened.completeExceptionally(e);
    }
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    opened.completeExceptionally(error);
  }

  @Override
  public void close() {
    if (socket != null) {
      socket.abort();
    }
  }
}
