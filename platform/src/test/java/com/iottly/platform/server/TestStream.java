package com.iottly.platform.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;

/** A client of the WebSocket API on the JDK's WebSocket. */
final class TestStream implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final HttpClient http;
  private final WebSocket socket;
  private final BlockingQueue<JsonNode> frames = new LinkedBlockingQueue<>();
  private final BlockingQueue<byte[]> binaries = new LinkedBlockingQueue<>();
  private final CompletableFuture<Integer> closeCode = new CompletableFuture<>();

  private TestStream(HttpClient http, URI uri, String[] header, List<String> protocols)
      throws Exception {
    this.http = http;
    WebSocket.Builder builder = http.newWebSocketBuilder();
    for (int i = 0; i < header.length; i += 2) {
      builder.header(header[i], header[i + 1]);
    }
    if (!protocols.isEmpty()) {
      builder.subprotocols(protocols.getFirst(), protocols.stream().skip(1).toArray(String[]::new));
    }
    socket = builder.buildAsync(uri, new Listener()).get(15, TimeUnit.SECONDS);
  }

  static TestStream open(TestPlatform platform) throws Exception {
    return open(platform, "Authentication", "bearer " + platform.key());
  }

  static TestStream open(TestPlatform platform, String header, String value) throws Exception {
    return open(platform, platform.project(), header, value);
  }

  static TestStream open(TestPlatform platform, String project, String header, String value)
      throws Exception {
    return opened(platform, project, new String[] {header, value}, List.of());
  }

  /** With these headers, each name before its value. */
  static TestStream withHeaders(TestPlatform platform, String... headers) throws Exception {
    return opened(platform, platform.project(), headers, List.of());
  }

  static TestStream withProtocols(TestPlatform platform, List<String> protocols) throws Exception {
    return withProtocols(platform, platform.project(), protocols);
  }

  static TestStream withProtocols(TestPlatform platform, String project, List<String> protocols)
      throws Exception {
    return opened(platform, project, new String[0], protocols);
  }

  /** The platform has not said anything yet. */
  static TestStream beforeHello(TestPlatform platform) throws Exception {
    String[] key = {"Authentication", "bearer " + platform.key()};
    return connected(platform, platform.project(), key, List.of());
  }

  /** The sub-protocol that the platform chose. */
  String protocol() {
    return socket.getSubprotocol();
  }

  private static TestStream opened(
      TestPlatform platform, String project, String[] header, List<String> protocols)
      throws Exception {
    TestStream stream = connected(platform, project, header, protocols);
    stream.expect("hello");
    return stream;
  }

  private static TestStream connected(
      TestPlatform platform, String project, String[] header, List<String> protocols)
      throws Exception {
    URI uri =
        URI.create(
            platform.url().replaceFirst("^http", "ws") + "/v1.0/project/" + project + "/stream");
    return new TestStream(HttpClient.newHttpClient(), uri, header, protocols);
  }

  void send(String frame) throws Exception {
    socket.sendText(frame, true).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  void sendBinary(byte[] bytes) throws Exception {
    socket.sendBinary(ByteBuffer.wrap(bytes), true).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /** Bytes for a channel. */
  void sendBytes(int channel, byte[] bytes) throws Exception {
    sendBinary(ByteBuffer.allocate(4 + bytes.length).putInt(channel).put(bytes).array());
  }

  /** The next bytes of that channel, which must be the next of any. */
  byte[] bytes(int channel) throws InterruptedException {
    byte[] frame = binaries.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    if (frame == null) {
      throw new AssertionError("no bytes came");
    }
    Assertions.assertThat(ByteBuffer.wrap(frame).getInt()).isEqualTo(channel);
    return Arrays.copyOfRange(frame, 4, frame.length);
  }

  /** Whether all bytes that came were taken. */
  boolean hasNoMoreBytes() {
    return binaries.isEmpty();
  }

  /** Asks for a channel, and does not wait for the answer. */
  void openChannel(int channel, String device, String service, String... members) throws Exception {
    StringBuilder frame =
        new StringBuilder(
            "{\"op\":\"open\",\"id\":%d,\"channel\":%d,\"device\":\"%s\",\"service\":\"%s\""
                .formatted(channel, channel, device, service));
    for (String member : members) {
      frame.append(',').append(member);
    }
    send(frame.append('}').toString());
  }

  /** Subscribes under that name with more members, as in {@code "\"type\":\"userdefined\""}. */
  JsonNode subscribe(String name, String... members) throws Exception {
    StringBuilder frame = new StringBuilder("{\"op\":\"subscribe\",\"subscription\":\"" + name);
    frame.append('"');
    for (String member : members) {
      frame.append(',').append(member);
    }
    send(frame.append('}').toString());
    return expect("subscribed");
  }

  /** The next frame that is no heartbeat; it must have that {@code op}. */
  JsonNode expect(String op) throws InterruptedException {
    JsonNode frame = next();
    Assertions.assertThat(frame.path("op").asText()).as(frame.toString()).isEqualTo(op);
    return frame;
  }

  /** The code of the refusal that comes next. */
  String refusal() throws InterruptedException {
    JsonNode error = expect("error");
    Assertions.assertThat(error.get("error").asText()).isNotBlank();
    return error.get("code").asText();
  }

  JsonNode next() throws InterruptedException {
    while (true) {
      JsonNode frame = frames.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (frame == null) {
        throw new AssertionError("no frame came");
      }
      if (!frame.path("op").asText().equals("heartbeat")) {
        return frame;
      }
    }
  }

  JsonNode heartbeat() throws InterruptedException {
    JsonNode frame = frames.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    if (frame == null) {
      throw new AssertionError("no frame came");
    }
    return frame.path("op").asText().equals("heartbeat") ? frame : heartbeat();
  }

  /** The next so many events; frames of the kind {@code live} are passed over. */
  List<JsonNode> events(int count) throws InterruptedException {
    List<JsonNode> events = new ArrayList<>();
    while (events.size() < count) {
      JsonNode frame = next();
      if (!frame.path("op").asText().equals("live")) {
        Assertions.assertThat(frame.path("op").asText()).as(frame.toString()).isEqualTo("events");
        frame.get("events").forEach(events::add);
      }
    }
    Assertions.assertThat(events).hasSize(count);
    return events;
  }

  /** What has come until the answer to a ping that is sent now. */
  List<JsonNode> untilPong() throws Exception {
    send("{\"op\":\"ping\",\"id\":\"until\"}");
    List<JsonNode> before = new ArrayList<>();
    for (JsonNode frame = next(); !frame.path("op").asText().equals("pong"); frame = next()) {
      before.add(frame);
    }
    return before;
  }

  /** The code the platform closes with. */
  int closeCode() throws Exception {
    return closeCode.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  boolean isOpen() {
    return !closeCode.isDone();
  }

  @Override
  public void close() {
    socket.abort();
    http.shutdownNow();
  }

  private final class Listener implements WebSocket.Listener {

    private final StringBuilder collected = new StringBuilder();
    private final ByteArrayOutputStream collectedBytes = new ByteArrayOutputStream();

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
      collected.append(data);
      if (last) {
        frames.add(TestPlatform.json(collected.toString()));
        collected.setLength(0);
      }
      webSocket.request(1);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
      byte[] bytes = new byte[data.remaining()];
      data.get(bytes);
      collectedBytes.writeBytes(bytes);
      if (last) {
        binaries.add(collectedBytes.toByteArray());
        collectedBytes.reset();
      }
      webSocket.request(1);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket webSocket, int code, String reason) {
      closeCode.complete(code);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
      closeCode.completeExceptionally(error);
    }
  }
}
