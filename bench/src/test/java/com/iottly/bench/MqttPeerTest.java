package com.iottly.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MqttPeerTest {

  private static final Duration SOON = Duration.ofSeconds(20);

  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger published = new AtomicInteger();
  private final AtomicInteger mostInFlight = new AtomicInteger();
  private final Set<String> topics = ConcurrentHashMap.newKeySet();
  private volatile int extraAck;
  private final NetServer broker =
      vertx
          .createNetServer()
          .connectHandler(socket -> socket.handler(new Publisher(socket)::received))
          .listen(0, "127.0.0.1")
          .toCompletionStage()
          .toCompletableFuture()
          .join();

  @AfterEach
  void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @ParameterizedTest
  @ValueSource(ints = {48, 105, 200, 1000})
  void everyPublishIsAcknowledgedOnceWithinTheWindow(int size) {
    try (LoadEngine engine = start(Load.fill(5, 100), size)) {
      engine.awaitLive(SOON);
      engine.go();
      engine.awaitDone(SOON, _ -> {});
      assertThat(published).hasValue(200);
      assertThat(engine.settled()).isEqualTo(200);
      assertThat(mostInFlight.get()).isBetween(1, 5);
      assertThat(topics).containsExactlyInAnyOrder("bench/0", "bench/1");
    }
  }

  @Test
  void anAcknowledgementOfAPacketThatWasNotSentFailsTheRun() {
    extraAck = 9;
    try (LoadEngine engine = start(Load.fill(5, 100), 200)) {
      engine.awaitLive(SOON);
      assertThatThrownBy(
              () -> {
                engine.go();
                engine.awaitDone(SOON, _ -> {});
              })
          .hasMessageContaining("the broker acknowledged packet 9, never sent");
    }
  }

  private LoadEngine start(Load load, int size) {
    return LoadEngine.start(
        Peers.publishers(2, load, size),
        new InetSocketAddress("127.0.0.1", broker.actualPort()),
        0);
  }

  /** The broker's end of one connection; it acknowledges in reverse order. */
  private final class Publisher {
    private final NetSocket socket;
    private Buffer rest = Buffer.buffer();

    Publisher(NetSocket socket) {
      this.socket = socket;
    }

    void received(Buffer bytes) {
      rest.appendBuffer(bytes);
      Buffer acks = Buffer.buffer();
      int inFlight = 0;
      int at = 0;
      while (rest.length() - at >= 2) {
        int length = rest.getByte(at + 1) & 0x7f;
        int header = 2;
        if (rest.getByte(at + 1) < 0) {
          length += (rest.getByte(at + 2) & 0xff) * 128;
          header = 3;
        }
        if (rest.length() - at < header + length) {
          break;
        }
        if ((rest.getByte(at) & 0xf0) == 0x10) {
          assertThat(rest.getString(at + header + 2, at + header + 6)).isEqualTo("MQTT");
          acks.appendBytes(new byte[] {0x20, 2, 0, 0});
        } else {
          int topic = rest.getUnsignedShort(at + header);
          topics.add(rest.getString(at + header + 2, at + header + 2 + topic));
          int id = rest.getUnsignedShort(at + header + 2 + topic);
          acks =
              Buffer.buffer(new byte[] {0x40, 2, (byte) (id >> 8), (byte) id}).appendBuffer(acks);
          published.incrementAndGet();
          inFlight++;
        }
        at += header + length;
      }
      rest = rest.getBuffer(at, rest.length());
      mostInFlight.accumulateAndGet(inFlight, Math::max);
      if (extraAck != 0 && inFlight > 0) {
        acks.appendBytes(new byte[] {0x40, 2, 0, (byte) extraAck});
      }
      socket.write(acks);
    }
  }
}
