package com.iottly.bench;

import com.iottly.wire.Frame;
import com.iottly.wire.FrameCodec;
import com.iottly.wire.Payload;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Enough of a platform to check the generator: it gathers batches for a moment, acknowledges
 * cumulatively, and remembers the most it ever had unacknowledged on one connection.
 */
final class StubPlatform implements AutoCloseable {

  final AtomicLong received = new AtomicLong();
  final AtomicInteger mostInFlight = new AtomicInteger();
  final AtomicInteger refused = new AtomicInteger();
  final Set<String> tokens = ConcurrentHashMap.newKeySet();
  final ConcurrentLinkedQueue<String> replies = new ConcurrentLinkedQueue<>();
  final ConcurrentLinkedQueue<Long> sequences = new ConcurrentLinkedQueue<>();
  final ConcurrentLinkedQueue<String> payloads = new ConcurrentLinkedQueue<>();
  final ConcurrentLinkedQueue<String> registered = new ConcurrentLinkedQueue<>();

  volatile int refuseFirst;
  volatile long alreadyReceived;
  volatile long ackBeyond;
  volatile int closeWith;
  volatile boolean commands;

  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server;
  private final FrameCodec codec = new FrameCodec(1 << 20);
  private final int window;
  private final long ackDelayMillis;

  StubPlatform(int window, long ackDelayMillis) {
    this.window = window;
    this.ackDelayMillis = ackDelayMillis;
    this.server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setHost("127.0.0.1")
                    .setWebSocketSubProtocols(List.of(FrameCodec.SUBPROTOCOL))
                    .setMaxWebSocketFrameSize(1 << 20)
                    .setMaxWebSocketMessageSize(1 << 20))
            .requestHandler(this::onRequest)
            .listen(0)
            .toCompletionStage()
            .toCompletableFuture()
            .join();
  }

  InetSocketAddress address() {
    return new InetSocketAddress("127.0.0.1", server.actualPort());
  }

  String url() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  private void onRequest(HttpServerRequest request) {
    if (request.path().equals("/ws")) {
      onHandshake(request);
    } else if (request.path().equals("/v1.0/agent/provision")) {
      request.body().onSuccess(body -> provision(request, body.toJsonObject()));
    } else {
      request.response().setStatusCode(404).end("{\"error\":\"unknown\"}");
    }
  }

  private void provision(HttpServerRequest request, JsonObject body) {
    if (!"bearer stub-key".equals(request.getHeader("Authentication"))) {
      request.response().setStatusCode(401).end("{\"error\":\"no such key\"}");
      return;
    }
    String mac = body.getString("macaddress");
    registered.add(mac);
    request
        .response()
        .end(
            new JsonObject()
                .put("device", new JsonObject().put("id", "id-of-" + mac))
                .put("token", "token-of-" + mac)
                .encode());
  }

  private void onHandshake(HttpServerRequest request) {
    tokens.add(request.getHeader("Authorization"));
    if (refused.get() < refuseFirst) {
      refused.incrementAndGet();
      request.response().setStatusCode(503).putHeader("Retry-After", "0").end("{}");
      return;
    }
    request.toWebSocket().onSuccess(socket -> new Link(socket).open());
  }

  /** One connection, on its event loop. */
  private final class Link {
    private final ServerWebSocket socket;
    private long through;
    private long acked;
    private boolean timer;

    Link(ServerWebSocket socket) {
      this.socket = socket;
    }

    void open() {
      socket.binaryMessageHandler(message -> {
        switch (codec.decode(message.getBytes())) {
          case Frame.Hello _ -> hello();
          case Frame.Batch batch -> batch(batch);
          default -> throw new IllegalStateException("not expected here");
        }
      });
    }

    private void hello() {
      through = alreadyReceived;
      acked = alreadyReceived;
      send(new Frame.Welcome(alreadyReceived, 0, window, 4 << 20, 1 << 20, 256 << 10));
      if (commands) {
        send(new Frame.Command("c-1", 1000, "echo", Payload.of("{\"echo\":{}}")));
      }
    }

    private void batch(Frame.Batch batch) {
      if (batch.first() != through + 1) {
        socket.close((short) 4402, "expected " + (through + 1) + ", got " + batch.first());
        return;
      }
      through = batch.last();
      sequences.add(batch.first());
      received.addAndGet(batch.messages().size());
      mostInFlight.accumulateAndGet((int) (through - acked), Math::max);
      for (Frame.DeviceMessage message : batch.messages()) {
        if (message.kind() == Frame.Kind.COMMAND_REPLY) {
          replies.add(message.payload().toString());
        } else if (payloads.size() < 2000) {
          payloads.add(message.payload().toString());
        }
      }
      if (closeWith != 0) {
        socket.close((short) closeWith, "as asked");
      } else if (!timer) {
        timer = true;
        vertx.setTimer(ackDelayMillis, _ -> acknowledge());
      }
    }

    private void acknowledge() {
      timer = false;
      acked = through;
      send(new Frame.Ack(through + ackBeyond));
    }

    private void send(Frame frame) {
      socket.writeBinaryMessage(Buffer.buffer(FrameCodec.encode(frame)));
    }
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
