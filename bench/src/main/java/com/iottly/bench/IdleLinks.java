package com.iottly.bench;

import com.iottly.wire.Epoch;
import com.iottly.wire.Frame;
import com.iottly.wire.FrameCodec;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Devices that are connected and say nothing but PING. All state belongs to one Vert.x event loop.
 */
final class IdleLinks implements AutoCloseable {

  private static final int CONNECTING_AT_ONCE = 32;
  private static final FrameCodec CODEC = new FrameCodec(1 << 20);

  private final Vertx vertx =
      Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
  private final WebSocketClient client;
  private final WebSocketConnectOptions target;
  private final int heartbeatSeconds;
  private final Progress progress;
  private final Queue<Device> waiting;
  private final int total;
  private final List<WebSocket> live = new ArrayList<>();
  private final CompletableFuture<Void> allLive = new CompletableFuture<>();
  private final CompletableFuture<Void> failure = new CompletableFuture<>();
  private final SecureRandom random = new SecureRandom();
  private int second;

  IdleLinks(List<Device> devices, InetSocketAddress address, boolean tls, int heartbeatSeconds) {
    this.heartbeatSeconds = heartbeatSeconds;
    this.total = devices.size();
    this.waiting = new ArrayDeque<>(devices);
    this.progress = new Progress("connect", total);
    WebSocketClientOptions options =
        new WebSocketClientOptions().setMaxConnections(total).setConnectTimeout(30_000);
    if (tls) {
      // The certificate was made a moment ago by this process, for this process.
      options.setSsl(true).setTrustAll(true).setVerifyHost(false);
      if (OpenSSLEngineOptions.isAvailable()) {
        options.setSslEngineOptions(new OpenSSLEngineOptions());
      }
    }
    this.client = vertx.createWebSocketClient(options);
    this.target =
        new WebSocketConnectOptions()
            .setHost("127.0.0.1")
            .setPort(address.getPort())
            .setURI("/ws")
            .addSubProtocol(FrameCodec.SUBPROTOCOL);
  }

  /** Connects all devices; answers how long that took. */
  Duration connect(Duration atMost) {
    long began = System.nanoTime();
    vertx.runOnContext(_ -> {
      for (int i = 0; i < CONNECTING_AT_ONCE; i++) {
        connectNext();
      }
    });
    try {
      CompletableFuture.anyOf(allLive, failure).get(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new BenchException(BenchException.reason(e.getCause()), e);
    } catch (TimeoutException e) {
      throw new BenchException(
          "not all of %,d connections were open after %d s".formatted(total, atMost.toSeconds()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    }
    progress.done();
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    vertx.setPeriodic(1000, _ -> heartbeat());
    return took;
  }

  /** Throws when a connection was lost since they were all open. */
  void requireAll() {
    if (failure.isCompletedExceptionally()) {
      throw new BenchException(BenchException.reason(failure.exceptionNow()));
    }
  }

  private void connectNext() {
    Device device = waiting.poll();
    if (device == null || failure.isDone()) {
      return;
    }
    WebSocketConnectOptions options =
        new WebSocketConnectOptions(target).putHeader("Authorization", "Bearer " + device.token());
    client
        .connect(options)
        .onSuccess(socket -> greet(socket, device))
        .onFailure(e -> refused(device, e));
  }

  private void refused(Device device, Throwable e) {
    if (e instanceof UpgradeRejectedException rejected && rejected.getStatus() == 503) {
      String after = rejected.getHeaders().get("Retry-After");
      long seconds = after == null ? 1 : Long.parseLong(after);
      waiting.add(device);
      vertx.setTimer(Math.max(1, seconds) * 1000, _ -> connectNext());
      return;
    }
    failure.completeExceptionally(
        new BenchException(device + " could not connect: " + BenchException.reason(e), e));
  }

  private void greet(WebSocket socket, Device device) {
    socket.binaryMessageHandler(message -> {
      if (CODEC.decode(message.getBytes()) instanceof Frame.Welcome) {
        live.add(socket);
        progress.at(live.size());
        if (live.size() == total) {
          allLive.complete(null);
        }
        connectNext();
      }
    });
    socket.closeHandler(_ ->
        failure.completeExceptionally(
            new BenchException(
                "%s was disconnected with %d %s"
                    .formatted(device, socket.closeStatusCode(), socket.closeReason()))));
    socket.writeBinaryMessage(
        Buffer.buffer(LinkPeer.hello(Epoch.random(random), heartbeatSeconds, device.name())));
  }

  /** Once a second a share of the devices says PING, so that each does once per heartbeat. */
  private void heartbeat() {
    Buffer ping = Buffer.buffer(FrameCodec.encode(new Frame.Ping(System.currentTimeMillis())));
    for (int i = second++ % heartbeatSeconds; i < live.size(); i += heartbeatSeconds) {
      live.get(i).writeBinaryMessage(ping);
    }
  }

  @Override
  public void close() {
    try {
      vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      System.err.println("closing the connections failed: " + BenchException.reason(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
