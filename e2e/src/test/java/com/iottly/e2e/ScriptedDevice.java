package com.iottly.e2e;

import com.iottly.wire.Epoch;
import com.iottly.wire.Frame;
import com.iottly.wire.Frame.DeviceMessage;
import com.iottly.wire.Frame.Kind;
import com.iottly.wire.FrameCodec;
import com.iottly.wire.Payload;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A device that says exactly what a test tells it to. One thread. */
final class ScriptedDevice implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final HttpClient http = HttpClient.newHttpClient();
  private final WebSocket socket;
  private final BlockingQueue<Frame> frames = new LinkedBlockingQueue<>();
  private final CompletableFuture<Integer> closeCode = new CompletableFuture<>();

  private ScriptedDevice(String url, String token) throws Exception {
    socket =
        http.newWebSocketBuilder()
            .header("Authorization", "Bearer " + token)
            .subprotocols(FrameCodec.SUBPROTOCOL)
            .buildAsync(URI.create(url.replaceFirst("^http", "ws") + "/ws"), new Listener())
            .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /** Connects with a fresh spool and returns after WELCOME. */
  static ScriptedDevice connect(Platform platform, String token) throws Exception {
    ScriptedDevice device = new ScriptedDevice(platform.url(), token);
    device.send(
        new Frame.Hello(
            new Epoch(System.nanoTime(), 1),
            1,
            System.currentTimeMillis(),
            true,
            30,
            "scripted",
            Payload.of("{}")));
    device.expect(Frame.Welcome.class);
    return device;
  }

  void send(Frame frame) throws Exception {
    socket
        .sendBinary(ByteBuffer.wrap(FrameCodec.encode(frame)), true)
        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /** Sends user messages with these payloads as one batch. */
  void sendBatch(long first, List<String> payloads) throws Exception {
    List<DeviceMessage> messages = new ArrayList<>();
    for (String payload : payloads) {
      messages.add(
          new DeviceMessage(
              Kind.USERDEFINED, System.currentTimeMillis(), true, null, Payload.of(payload)));
    }
    send(new Frame.Batch(first, messages));
  }

  void awaitAck(long through) throws InterruptedException {
    while (expect(Frame.Ack.class).through() < through) {
      // an earlier acknowledgement
    }
  }

  /** The next frame of that type; others are passed over. */
  <F extends Frame> F expect(Class<F> type) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      Frame frame = frames.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (frame == null) {
        throw new AssertionError("no " + type.getSimpleName() + " came");
      }
      if (type.isInstance(frame)) {
        return type.cast(frame);
      }
    }
  }

  /** The code the platform closes with. */
  int closeCode() throws Exception {
    return closeCode.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    socket.abort();
    http.close();
  }

  private final class Listener implements WebSocket.Listener {

    private final FrameCodec codec = new FrameCodec(1 << 20);
    private ByteBuffer collected = ByteBuffer.allocate(0);

    @Override
    public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
      ByteBuffer longer = ByteBuffer.allocate(collected.remaining() + data.remaining());
      longer.put(collected).put(data).flip();
      collected = longer;
      if (last) {
        frames.add(codec.decode(collected.array()));
        collected = ByteBuffer.allocate(0);
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
