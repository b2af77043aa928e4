package com.iottly.cli;

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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A device that says what a test tells it to. One thread. */
final class ScriptedDevice implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 30;

  private final HttpClient http = HttpClient.newHttpClient();
  private final WebSocket socket;
  private final BlockingQueue<Frame> frames = new LinkedBlockingQueue<>();
  private long sequence;

  /** Connects with a fresh spool. */
  ScriptedDevice(TestServer server, TestServer.Device device) throws Exception {
    socket =
        http.newWebSocketBuilder()
            .header("Authorization", "Bearer " + device.token())
            .subprotocols(FrameCodec.SUBPROTOCOL)
            .buildAsync(
                URI.create(server.url().replaceFirst("^http", "ws") + "/ws"), new Listener())
            .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    send(
        new Frame.Hello(
            new Epoch(System.nanoTime(), 1),
            1,
            System.currentTimeMillis(),
            true,
            30,
            "scripted",
            Payload.of("{}")));
    Frame.Welcome _ = expect(Frame.Welcome.class);
  }

  /** Sends these as user messages of a channel; returns when they are durable. */
  void say(String channel, List<String> payloads) throws Exception {
    say(Kind.USERDEFINED, channel, payloads);
  }

  private void say(Kind kind, String channel, List<String> payloads) throws Exception {
    List<DeviceMessage> messages = new ArrayList<>();
    for (String payload : payloads) {
      messages.add(
          new DeviceMessage(kind, System.currentTimeMillis(), true, channel, Payload.of(payload)));
    }
    send(new Frame.Batch(sequence + 1, messages));
    sequence += payloads.size();
    while (expect(Frame.Ack.class).through() < sequence) {
      // an earlier one
    }
  }

  /** Answers the next command with that state. */
  void reply(String state) throws Exception {
    Frame.Command command = expect(Frame.Command.class);
    String reply =
        "{\"id\":\"%s\",\"state\":\"%s\",\"error\":\"as told\"}".formatted(command.id(), state);
    say(Kind.COMMAND_REPLY, null, List.of(reply));
  }

  private void send(Frame frame) throws Exception {
    socket
        .sendBinary(ByteBuffer.wrap(FrameCodec.encode(frame)), true)
        .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private <F extends Frame> F expect(Class<F> type) throws InterruptedException {
    while (true) {
      Frame frame = frames.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (frame == null) {
        throw new AssertionError("no " + type.getSimpleName() + " came");
      }
      if (type.isInstance(frame)) {
        return type.cast(frame);
      }
    }
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
  }
}
