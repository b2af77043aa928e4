package com.iottly.cli.stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.cli.http.Platform;
import com.iottly.cli.http.UnreachableException;
import java.io.IOException;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One connection to the WebSocket API. Any thread. */
public final class Stream implements AutoCloseable {

  /** The code of a channel whose connection to the platform broke. */
  public static final String LOST = "connection_lost";

  private final Map<Integer, Channel> channels = new ConcurrentHashMap<>();
  private final Map<Integer, CompletableFuture<JsonNode>> openings = new ConcurrentHashMap<>();
  private final AtomicInteger numbers = new AtomicInteger();

  /** A WebSocket sends one message after the other. */
  private final Semaphore turn = new Semaphore(1, true);

  private final WebSocket socket;
  private volatile boolean lost;

  private Stream(Platform platform, String project) {
    this.socket = platform.webSocket("project/" + project + "/stream", new Incoming());
  }

  /**
   * Connects.
   *
   * @throws UnreachableException when the platform is not there
   */
  public static Stream connect(Platform platform, String project) {
    return new Stream(platform, project);
  }

  /**
   * Opens a service of a device.
   *
   * @throws RefusedException when platform or device refuse
   */
  public Channel open(String device, String service, JsonNode arguments)
      throws InterruptedException {
    int number = numbers.incrementAndGet();
    Channel channel = new Channel(this, number);
    var answer = new CompletableFuture<JsonNode>();
    channels.put(number, channel);
    openings.put(number, answer);
    ObjectNode request =
        Platform.JSON
            .createObjectNode()
            .put("op", "open")
            .put("id", number)
            .put("channel", number)
            .put("device", device)
            .put("service", service)
            .put("credit", Channel.WINDOW);
    say(request.set("arguments", arguments));
    if (lost) {
      answer.completeExceptionally(broken());
    }
    try {
      channel.opened(answer.join());
      return channel;
    } catch (CompletionException e) {
      channels.remove(number);
      if (e.getCause() instanceof RuntimeException known) {
        throw known;
      }
      throw e;
    }
  }

  private static UnreachableException broken() {
    return new UnreachableException("the connection to the platform broke", new IOException());
  }

  void say(JsonNode request) throws InterruptedException {
    boolean _ = inTurn(() -> socket.sendText(request.toString(), true));
  }

  boolean send(int channel, byte[] bytes, int offset, int length) throws InterruptedException {
    ByteBuffer frame = ByteBuffer.allocate(Integer.BYTES + length);
    frame.putInt(channel).put(bytes, offset, length).flip();
    return inTurn(() -> socket.sendBinary(frame, true));
  }

  private boolean inTurn(Supplier<CompletableFuture<WebSocket>> sending)
      throws InterruptedException {
    turn.acquire();
    CompletableFuture<WebSocket> sent = sending.get();
    var _ = sent.whenComplete((_, _) -> turn.release());
    return !lost && !sent.isCompletedExceptionally();
  }

  void forget(Channel channel) {
    channels.remove(channel.number());
    JsonNode closing = channel.closing();
    if (closing != null && !lost) {
      try {
        say(closing);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Whether the connection is gone. */
  public boolean isLost() {
    return lost;
  }

  @Override
  public void close() {
    socket.abort();
  }

  private void connectionLost() {
    lost = true;
    openings.values().forEach(opening -> opening.completeExceptionally(broken()));
    JsonNode why =
        Platform.JSON.createObjectNode().put("error", "the connection to the platform broke");
    channels.values().forEach(channel -> channel.arrived(new Arrival.Closed(LOST, why)));
  }

  private void told(JsonNode frame) {
    String op = frame.path("op").asText();
    switch (op) {
      case "opened" -> settle(frame, null);
      case "error" -> settle(frame, refusal(frame));
      case "credit" ->
          withChannel(frame, channel -> channel.credited(frame.path("bytes").asLong()));
      case "control" -> arrived(frame, new Arrival.Control(frame.path("control")));
      case "interrupted" -> arrived(frame, new Arrival.Interrupted());
      case "resumed" -> arrived(frame, new Arrival.Resumed(frame.path("info")));
      case "closed" ->
          arrived(frame, new Arrival.Closed(frame.path("code").asText(), frame.path("result")));
      default -> {
        // hello, heartbeats, and what later versions may say
      }
    }
  }

  private static RefusedException refusal(JsonNode frame) {
    return new RefusedException(frame.path("code").asText(), frame.path("error").asText());
  }

  private void settle(JsonNode frame, @Nullable RefusedException refusal) {
    CompletableFuture<JsonNode> opening = openings.remove(frame.path("id").asInt(-1));
    if (opening != null && refusal == null) {
      opening.complete(frame);
    } else if (opening != null) {
      opening.completeExceptionally(refusal);
    }
  }

  private void arrived(JsonNode frame, Arrival arrival) {
    withChannel(frame, channel -> channel.arrived(arrival));
  }

  private void withChannel(JsonNode frame, Consumer<Channel> action) {
    Channel channel = channels.get(frame.path("channel").asInt(-1));
    if (channel != null) {
      action.accept(channel);
    }
  }

  /** What the WebSocket brings, on its thread. */
  private final class Incoming implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();
    private ByteBuffer bytes = ByteBuffer.allocate(64 * 1024);

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        JsonNode frame = read(text.toString());
        text.setLength(0);
        told(frame);
      }
      from.request(1);
      return null;
    }

    private static JsonNode read(String frame) {
      try {
        return Platform.JSON.readTree(frame);
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("the platform sent what is no JSON", e);
      }
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer part, boolean last) {
      if (bytes.remaining() < part.remaining()) {
        bytes = ByteBuffer.allocate(2 * (bytes.position() + part.remaining())).put(bytes.flip());
      }
      bytes.put(part);
      if (last) {
        bytes.flip();
        Channel channel = channels.get(bytes.getInt());
        byte[] content = new byte[bytes.remaining()];
        bytes.get(content).clear();
        if (channel != null) {
          channel.arrived(new Arrival.Bytes(ByteBuffer.wrap(content)));
        }
      }
      from.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      connectionLost();
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable failure) {
      connectionLost();
    }
  }
}
