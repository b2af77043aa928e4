package com.iottly.agent.link;

import com.iottly.agent.net.TestCa;
import com.iottly.wire.CloseCode;
import com.iottly.wire.Epoch;
import com.iottly.wire.Frame;
import com.iottly.wire.FrameCodec;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.net.PemKeyCertOptions;
import java.net.URI;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * A platform for one device, over a real socket, that does what each test tells it: it keeps what
 * comes and by default acknowledges it at once.
 */
public final class TestPlatform implements AutoCloseable {

  /** What to do with the next handshakes; an empty queue admits. */
  public final Queue<Refusal> refusals = new ConcurrentLinkedQueue<>();

  public final List<Connected> connections = new CopyOnWriteArrayList<>();
  public final List<Long> handshakesAtNanos = new CopyOnWriteArrayList<>();
  public final List<String> tokens = new CopyOnWriteArrayList<>();

  public volatile long received;
  private volatile Epoch epoch;
  public volatile boolean acknowledge = true;
  public volatile boolean answerPings = true;
  public volatile int windowMessages = 4096;
  public volatile int windowBytes = 4 << 20;
  public volatile int maxFrame = 1 << 20;
  public volatile int maxPayload = 256 << 10;
  public volatile long clockAheadMillis;

  /** Why every token is rejected, or null. */
  public volatile String rejects;

  private final FrameCodec codec = new FrameCodec(1 << 20);
  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server;

  /** A handshake's refusal. */
  public record Refusal(int status, String retryAfter, String body) {}

  /** A session and all it said. */
  public final class Connected {
    public final List<Frame> frames = new CopyOnWriteArrayList<>();
    public volatile int closeCode;
    private final ServerWebSocket socket;

    Connected(ServerWebSocket socket) {
      this.socket = socket;
    }

    public void send(Frame frame) {
      socket.writeBinaryMessage(Buffer.buffer(FrameCodec.encode(frame)));
    }

    /** Reads nothing for now. */
    public void pause() {
      socket.pause();
    }

    /** Reads on. */
    public void resume() {
      socket.resume();
    }

    public void close(CloseCode code, String reason) {
      socket.close((short) code.code(), reason);
    }

    public <F extends Frame> List<F> all(Class<F> type) {
      return frames.stream().filter(type::isInstance).map(type::cast).toList();
    }

    void on(Frame frame) {
      frames.add(frame);
      switch (frame) {
        case Frame.Hello hello -> {
          if (epoch != null && !epoch.equals(hello.epoch())) {
            received = 0;
          }
          epoch = hello.epoch();
          send(
              new Frame.Welcome(
                  received, now(), windowMessages, windowBytes, maxFrame, maxPayload));
        }
        case Frame.Batch batch -> seen(batch.last());
        case Frame.Gap gap -> seen(gap.through());
        case Frame.Ping(long time) -> {
          if (answerPings) {
            send(new Frame.Pong(time, now()));
          }
        }
        case Frame.OfChannel _ -> {}
        default -> close(CloseCode.BAD_FRAME, "not a device's frame");
      }
    }

    private void seen(long through) {
      if (acknowledge) {
        received = Math.max(received, through);
        send(new Frame.Ack(received));
      }
    }
  }

  public TestPlatform() throws Exception {
    this(new HttpServerOptions(), "127.0.0.1", 0);
  }

  /** One at an address of this machine. */
  public static TestPlatform at(String host, int port) throws Exception {
    return new TestPlatform(new HttpServerOptions(), host, port);
  }

  /** One for which the network keeps little that was not read. */
  static TestPlatform narrow() throws Exception {
    return new TestPlatform(
        new HttpServerOptions().setReceiveBufferSize(128 << 10), "127.0.0.1", 0);
  }

  /** One that speaks TLS, in these versions. */
  public static TestPlatform secure(TestCa.Issued certificate, String... versions)
      throws Exception {
    return new TestPlatform(
        new HttpServerOptions()
            .setSsl(true)
            .setEnabledSecureTransportProtocols(Set.of(versions))
            .setKeyCertOptions(
                new PemKeyCertOptions()
                    .setCertPath(certificate.certificate().toString())
                    .setKeyPath(certificate.key().toString())),
        "127.0.0.1",
        0);
  }

  private TestPlatform(HttpServerOptions options, String host, int port) throws Exception {
    server =
        vertx
            .createHttpServer(
                options
                    .setWebSocketSubProtocols(List.of(FrameCodec.SUBPROTOCOL))
                    .setMaxWebSocketFrameSize(2 << 20)
                    .setMaxWebSocketMessageSize(2 << 20))
            .requestHandler(this::handshake)
            .listen(port, host)
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
  }

  /** What a device is told that asks first, or tries. */
  private void refuse(HttpServerRequest request) {
    var _ =
        request
            .response()
            .setStatusCode(401)
            .end("{\"error\":\"" + rejects + "\",\"code\":\"token_revoked\"}");
  }

  private void handshake(HttpServerRequest request) {
    if (rejects != null) {
      refuse(request);
      return;
    }
    if (request.path().endsWith("/check")) {
      var _ =
          request
              .response()
              .end(
                  "{\"device\":\"the-device\",\"project\":\"the-project\",\"connected\":false,\"time\":"
                      + now()
                      + "}");
      return;
    }
    handshakesAtNanos.add(System.nanoTime());
    tokens.add(String.valueOf(request.getHeader("Authorization")));
    Refusal refusal = refusals.poll();
    if (refusal == null) {
      request.toWebSocket().onSuccess(this::connected);
      return;
    }
    var response = request.response().setStatusCode(refusal.status());
    if (!refusal.retryAfter().isEmpty()) {
      response.putHeader("Retry-After", refusal.retryAfter());
    }
    response.end(refusal.body());
  }

  private void connected(ServerWebSocket socket) {
    Connected connected = new Connected(socket);
    connections.add(connected);
    socket.binaryMessageHandler(bytes -> connected.on(codec.decode(bytes.getBytes())));
    socket.closeHandler(_ ->
        connected.closeCode = socket.closeStatusCode() == null ? 1006 : socket.closeStatusCode());
  }

  private long now() {
    return System.currentTimeMillis() + clockAheadMillis;
  }

  public int port() {
    return server.actualPort();
  }

  public URI endpoint() {
    return URI.create("ws://127.0.0.1:" + server.actualPort() + "/ws");
  }

  public Connected last() {
    return connections.getLast();
  }

  /** Every message's payload that came in any session. */
  public List<String> payloads() {
    return connections.stream()
        .flatMap(connected -> connected.all(Frame.Batch.class).stream())
        .flatMap(batch -> batch.messages().stream())
        .map(message -> message.payload().toString())
        .toList();
  }

  @Override
  public void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }
}
