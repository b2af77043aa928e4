package com.iottly.platform.server;

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
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A device on the JDK's WebSocket that says exactly what a test tells it to. */
public final class TestDevice implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final HttpClient http = HttpClient.newHttpClient();
  private final WebSocket socket;
  private final BlockingQueue<Frame> frames = new LinkedBlockingQueue<>();
  private final CompletableFuture<Integer> closeCode = new CompletableFuture<>();

  private TestDevice(String url, String token) throws Exception {
    socket =
        http.newWebSocketBuilder()
            .header("Authorization", "Bearer " + token)
            .subprotocols(FrameCodec.SUBPROTOCOL)
            .buildAsync(URI.create(url.replaceFirst("^http", "ws") + "/ws"), new Listener())
            .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  public static TestDevice connect(TestPlatform platform, String token) throws Exception {
    return new TestDevice(platform.url(), token);
  }

  public static TestDevice connect(String url, String token) throws Exception {
    return new TestDevice(url, token);
  }

  /** Connects, says HELLO with an epoch of that number, and returns after WELCOME. */
  public static TestDevice hello(TestPlatform platform, String token, long epoch) throws Exception {
    TestDevice device = connect(platform, token);
    device.sendHello(epoch);
    device.expect(Frame.Welcome.class);
    return device;
  }

  /** The same for a device that offers services on channels. */
  public static TestDevice withServices(TestPlatform platform, String token) throws Exception {
    TestDevice device = connect(platform, token);
    device.sendHello(7, "{\"services\":[\"shell\",\"logs\"]}");
    device.expect(Frame.Welcome.class);
    return device;
  }

  public void sendHello(long epoch) throws Exception {
    sendHello(epoch, "{}");
  }

  public void sendHello(long epoch, String info) throws Exception {
    send(
        new Frame.Hello(
            new Epoch(epoch, epoch),
            1,
            System.currentTimeMillis(),
            true,
            30,
            "1.8.0",
            Payload.of(info)));
  }

  public void send(Frame frame) throws Exception {
    sendBytes(FrameCodec.encode(frame));
  }

  public void sendBytes(byte[] bytes) throws Exception {
    socket.sendBinary(ByteBuffer.wrap(bytes), true).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /** Sends one user message with that sequence. */
  public void sendMessage(long sequence, String payload) throws Exception {
    send(new Frame.Batch(sequence, List.of(message(Kind.USERDEFINED, payload))));
  }

  /** The same on a channel. */
  public void sendMessage(long sequence, String channel, String payload) throws Exception {
    DeviceMessage message =
        new DeviceMessage(
            Kind.USERDEFINED, System.currentTimeMillis(), true, channel, Payload.of(payload));
    send(new Frame.Batch(sequence, List.of(message)));
  }

  public void reply(long sequence, String commandId, String state) throws Exception {
    reply(sequence, "{\"id\":\"" + commandId + "\",\"state\":\"" + state + "\"}");
  }

  public void reply(long sequence, String payload) throws Exception {
    send(new Frame.Batch(sequence, List.of(message(Kind.COMMAND_REPLY, payload))));
  }

  public static DeviceMessage message(Kind kind, String payload) {
    return new DeviceMessage(kind, System.currentTimeMillis(), true, null, Payload.of(payload));
  }

  /** The next frame of that type; others are passed over. */
  public <F extends Frame> F expect(Class<F> type) throws InterruptedException {
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

  /** What had arrived when the platform answered a PING that is sent now. */
  public List<Frame> untilPong() throws Exception {
    long mark = System.nanoTime();
    send(new Frame.Ping(mark));
    List<Frame> before = new java.util.ArrayList<>();
    while (true) {
      Frame frame = frames.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (frame == null) {
        throw new AssertionError("no PONG came");
      }
      if (frame instanceof Frame.Pong(long deviceTime, long _) && deviceTime == mark) {
        return before;
      }
      before.add(frame);
    }
  }

  public void awaitAck(long through) throws InterruptedException {
    while (expect(Frame.Ack.class).through() < through) {
      // an earlier acknowledgement
    }
  }

  /** The code the platform closes with. */
  public int closeCode() throws ExecutionException, InterruptedException, TimeoutException {
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
