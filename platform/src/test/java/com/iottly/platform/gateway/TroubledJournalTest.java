package com.iottly.platform.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.iottly.platform.core.AppendOutcome;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.Journal;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.rocksdb.RocksConfig;
import com.iottly.platform.rocksdb.RocksStore;
import com.iottly.platform.server.TestDevice;
import com.iottly.wire.Epoch;
import com.iottly.wire.Frame;
import com.iottly.wire.FrameCodec;
import com.iottly.wire.Payload;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What devices see while the journal is busy or does not serve. */
class TroubledJournalTest {

  private static final ProjectId PROJECT = new ProjectId("0123456789abcdef01234567");
  private static final DeviceId DEVICE = new DeviceId(new UUID(1, 2));

  @TempDir Path folder;

  private final Vertx vertx = Vertx.vertx();
  private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
  private RocksStore store;

  @BeforeEach
  void open() {
    store = RocksStore.open(RocksConfig.in(folder), InstantSource.system(), new Random(1));
  }

  @AfterEach
  void close() {
    vertx.close().await();
    blocking.close();
    store.close();
  }

  /** The real journal, except where the fault says otherwise; {@code null} passes a call on. */
  private Journal journal(Function<String, CompletableFuture<?>> fault) {
    return (Journal)
        Proxy.newProxyInstance(
            Journal.class.getClassLoader(),
            new Class<?>[] {Journal.class},
            (_, method, arguments) -> {
              CompletableFuture<?> answer = fault.apply(method.getName());
              return answer == null ? method.invoke(store.journal(), arguments) : answer;
            });
  }

  private TestDevice connect(Journal journal) throws Exception {
    DeviceRegistry everybody =
        new DeviceRegistry() {
          @Override
          public Verdict authenticate(Credentials shown) {
            return new Verdict.Accepted(PROJECT, DEVICE);
          }

          @Override
          public Certification certify(Credentials shown, String request) {
            return new Certification.NotIssued();
          }

          @Override
          public void connected(DeviceId device, String agentVersion, Payload info) {}
        };
    DeviceGateway gateway =
        new DeviceGateway(
            vertx,
            blocking,
            journal,
            store.commandLog(),
            everybody,
            InstantSource.system(),
            System::nanoTime,
            GatewayLimits.defaults());
    HttpServer server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setHost("127.0.0.1")
                    .setPort(0)
                    .setWebSocketSubProtocols(List.of(FrameCodec.SUBPROTOCOL)))
            .requestHandler(request -> gateway.handshake(request, () -> {}));
    server.listen().await();
    return TestDevice.connect("http://127.0.0.1:" + server.actualPort(), "token");
  }

  @Test
  void framesBehindOneThatHasToWaitKeepTheirOrder() throws Exception {
    Random random = new Random(7);
    Journal often =
        journal(call ->
            call.equals("append") && random.nextInt(3) > 0
                ? CompletableFuture.completedFuture(new AppendOutcome.Busy())
                : null);
    try (TestDevice device = connect(often)) {
      device.sendHello(1);
      device.expect(Frame.Welcome.class);
      for (int n = 1; n <= 100; n++) {
        device.sendMessage(n, "{\"n\":" + n + "}");
      }
      device.awaitAck(100);
    }
    List<Integer> numbers =
        store.journal().read(store.journal().tail(), 1_000).entries().stream()
            .map(Object::toString)
            .filter(entry -> entry.contains("{\"n\":"))
            .map(entry -> entry.replaceFirst("(?s).*\\{\"n\":(\\d+)}.*", "$1"))
            .map(Integer::valueOf)
            .toList();
    assertThat(numbers).hasSize(100).isSorted();
  }

  @Test
  void aDeviceIsSentAwayWhenItsMessagesCanNotBeStored() throws Exception {
    Journal refusing =
        journal(call ->
            call.equals("append")
                ? CompletableFuture.completedFuture(
                    new AppendOutcome.Unavailable("the disk is full"))
                : null);
    try (TestDevice device = connect(refusing)) {
      device.sendHello(1);
      device.expect(Frame.Welcome.class);
      device.sendMessage(1, "{\"n\":1}");
      assertThat(device.closeCode()).isEqualTo(4503);
    }
  }

  @Test
  void aDeviceIsSentAwayWhenItsStreamCanNotBeOpened() throws Exception {
    Journal refusing =
        journal(call ->
            call.equals("open")
                ? CompletableFuture.completedFuture(
                    new Journal.Opened.Unavailable("the disk is full"))
                : null);
    try (TestDevice device = connect(refusing)) {
      device.sendHello(1);
      assertThat(device.closeCode()).isEqualTo(4503);
    }
  }

  @Test
  void anotherProcessThatTookTheDeviceOverFencesTheSession() throws Exception {
    try (TestDevice device = connect(journal(_ -> null))) {
      device.sendHello(1);
      device.expect(Frame.Welcome.class);
      store.journal().open(PROJECT, DEVICE, new Epoch(1, 1)).join();
      device.sendMessage(1, "{\"n\":1}");
      assertThat(device.closeCode()).isEqualTo(4409);
    }
  }
}
