package com.iottly.platform.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.iottly.platform.server.TestPlatform.Provisioned;
import com.iottly.wire.Epoch;
import com.iottly.wire.Frame;
import com.iottly.wire.FrameCodec;
import com.iottly.wire.Payload;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Devices that do what they should not: the platform stays small and serves the others. */
class DeviceAbuseTest {

  private static final long SEED = Long.getLong("iottly.seed", 20_170_920L);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir static Path folder;

  private static TestPlatform platform;

  @BeforeAll
  static void open() {
    platform = TestPlatform.on(folder);
  }

  @AfterAll
  static void close() {
    platform.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {RawWebSocket.PING, RawWebSocket.BINARY})
  void aDeviceThatAsksAndNeverReadsIsNotAnsweredIntoMemory(int opcode) throws Exception {
    Provisioned device = platform.provision("never reads");
    try (RawWebSocket link = RawWebSocket.connect(platform, device.token())) {
      link.send(RawWebSocket.frame(RawWebSocket.BINARY, FrameCodec.encode(hello(3600))));
      byte[] question =
          opcode == RawWebSocket.PING ? new byte[125] : FrameCodec.encode(new Frame.Ping(1));
      byte[] many = repeated(RawWebSocket.frame(opcode, question), 64 << 10);
      long before = directMemory();
      link.flood(many, 96L << 20);
      assertThat(directMemory() - before).isLessThan(32L << 20);
    }
    assertThat(platform.get("project/ping").status()).isEqualTo(200);
  }

  private static byte[] repeated(byte[] bytes, int size) {
    byte[] all = new byte[size / bytes.length * bytes.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = bytes[i % bytes.length];
    }
    return all;
  }

  /** What waits in the platform's sockets is in Netty's buffers, on the heap or beside it. */
  private static long directMemory() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    long heap = runtime.totalMemory() - runtime.freeMemory();
    return heap + io.netty.util.internal.PlatformDependent.usedDirectMemory();
  }

  @Test
  void aDeviceThatNeverReadsItsAcknowledgementsAndCommandsIsStillServedWithoutGrowth()
      throws Exception {
    Provisioned device = platform.provision("deaf");
    try (RawWebSocket link = RawWebSocket.connect(platform, device.token())) {
      link.send(RawWebSocket.frame(RawWebSocket.BINARY, FrameCodec.encode(hello(3600))));
      await().atMost(PATIENCE).until(() -> status(device).equals("connected"));
      String content = "x".repeat(60_000);
      for (int i = 0; i < 60; i++) {
        assertThat(
                platform
                    .post(
                        platform.device(device.id()) + "/command",
                        "{\"cmd_type\": \"echo\", \"values\": {\"echo.content\": \""
                            + content
                            + "\"}}")
                    .status())
            .isEqualTo(200);
      }
      for (int n = 1; n <= 200; n++) {
        Frame.Batch batch =
            new Frame.Batch(n, List.of(TestDevice.message(Frame.Kind.USERDEFINED, "{\"n\":1}")));
        link.send(RawWebSocket.frame(RawWebSocket.BINARY, FrameCodec.encode(batch)));
      }
      await()
          .atMost(PATIENCE)
          .until(() ->
              platform
                      .get(
                          platform.device(device.id())
                              + "/messages/paginated?type=userdefined&l=100&p=2")
                      .json()
                      .path("messages")
                      .size()
                  == 100);
    }
    try (TestDevice link = TestDevice.hello(platform, device.token(), 2)) {
      link.expect(Frame.Command.class);
    }
  }

  @Test
  void devicesThatVanishAtAnyMomentLeaveNoErrorsInTheLog() throws Exception {
    Provisioned device = platform.provision("vanishing");
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    logged.start();
    root.addAppender(logged);
    try {
      for (int i = 0; i < 100; i++) {
        try (TestDevice link = TestDevice.connect(platform, device.token())) {
          link.sendHello(i + 1);
          if (i % 2 == 0) {
            link.expect(Frame.Welcome.class);
            link.sendMessage(1, "{\"n\":1}");
            link.send(new Frame.Ping(1));
          }
        }
      }
      await().atMost(PATIENCE).until(() -> status(device).equals("disconnected"));
    } finally {
      root.detachAppender(logged);
    }
    assertThat(logged.list)
        .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.ERROR))
        .isEmpty();
  }

  @Test
  void randomFramesCloseTheirOwnSessionAndDisturbNobody() throws Exception {
    Random random = new Random(SEED);
    Provisioned device = platform.provision("fuzzed");
    Provisioned quiet = platform.provision("quiet");
    List<byte[]> seeds = seeds();
    try (TestDevice witness = TestDevice.hello(platform, quiet.token(), 1)) {
      long sequence = 0;
      for (int session = 0; session < 60; session++) {
        StringBuilder said = new StringBuilder();
        try (TestDevice link = TestDevice.connect(platform, device.token())) {
          if (random.nextInt(4) > 0) {
            link.send(hello(30));
          }
          for (int i = 0; i < 5; i++) {
            byte[] frame = mutated(seeds.get(random.nextInt(seeds.size())), random);
            said.append(HexFormat.of().formatHex(frame)).append('\n');
            if (!trySend(link, frame)) {
              break;
            }
          }
        }
        witness.sendMessage(++sequence, "{\"n\":" + sequence + "}");
        String hint = "again with -Diottly.seed=" + SEED + " after " + said;
        witness.awaitAck(sequence);
        assertThat(platform.get("project/ping").status()).as(hint).isEqualTo(200);
      }
    }
    try (TestDevice link = TestDevice.hello(platform, device.token(), SEED)) {
      link.sendMessage(1, "{\"n\":1}");
      link.awaitAck(1);
    }
    assertThat(
            platform
                .get(
                    "project/"
                        + platform.project()
                        + "/messages/"
                        + device.id()
                        + "?numMessages=100")
                .status())
        .isEqualTo(200);
  }

  private static boolean trySend(TestDevice link, byte[] frame) throws InterruptedException {
    try {
      link.sendBytes(frame);
      return true;
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception _) {
      return false;
    }
  }

  private static List<byte[]> seeds() {
    List<Frame.DeviceMessage> messages =
        List.of(
            TestDevice.message(Frame.Kind.USERDEFINED, "{\"n\":1}"),
            TestDevice.message(Frame.Kind.IOTTLYAGENT, "{\"n\":[1,{\"a\":null}]}"),
            TestDevice.message(Frame.Kind.COMMAND_REPLY, "{\"id\":\"x\",\"state\":\"failed\"}"));
    return List.of(
        FrameCodec.encode(hello(30)),
        FrameCodec.encode(new Frame.Batch(1, messages)),
        FrameCodec.encode(new Frame.Batch(2, messages)),
        FrameCodec.encode(new Frame.Gap(1, 9, "gone")),
        FrameCodec.encode(new Frame.Ping(1)),
        FrameCodec.encode(new Frame.Ack(1)));
  }

  private static byte[] mutated(byte[] seed, Random random) {
    byte[] bytes = seed.clone();
    switch (random.nextInt(5)) {
      case 0 -> {}
      case 1 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      case 2 -> bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      case 3 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
      default -> random.nextBytes(bytes);
    }
    return bytes;
  }

  @Test
  void aPayloadInAnotherEncodingIsABadFrame() throws Exception {
    Provisioned device = platform.provision("utf-16");
    byte[] bad =
        FrameCodec.encode(
            new Frame.Batch(1, List.of(TestDevice.message(Frame.Kind.USERDEFINED, "{  }"))));
    byte[] utf16 = "{}".getBytes(StandardCharsets.UTF_16BE);
    System.arraycopy(utf16, 0, bad, bad.length - utf16.length, utf16.length);
    try (TestDevice link = TestDevice.hello(platform, device.token(), 1)) {
      link.sendBytes(bad);
      assertThat(link.closeCode()).isEqualTo(4400);
    }
  }

  @Test
  void aFrameFarBeyondTheLimitIsNotEvenWaitedFor() throws Exception {
    Provisioned device = platform.provision("boaster");
    try (RawWebSocket link = RawWebSocket.connect(platform, device.token()).passHandshake()) {
      link.send(RawWebSocket.frame(RawWebSocket.BINARY, FrameCodec.encode(hello(30))));
      ByteBuffer head = ByteBuffer.allocate(14).put(new byte[] {(byte) 0x82, (byte) 0xff});
      link.send(head.putLong(64 << 20).putInt(0).array());
      assertThatThrownBy(link::nextText).hasMessageContaining("hung up");
    }
  }

  private static Frame.Hello hello(int heartbeat) {
    return new Frame.Hello(
        new Epoch(1, 1), 1, System.currentTimeMillis(), true, heartbeat, "1.8.0", Payload.of("{}"));
  }

  private static String status(Provisioned device) {
    return platform
        .get(platform.device(device.id()) + "/props")
        .json()
        .get("operatingstatus")
        .asText();
  }
}
