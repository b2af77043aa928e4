package com.iottly.platform.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.iottly.platform.server.TestPlatform.Provisioned;
import com.iottly.wire.Frame;
import com.iottly.wire.Payload;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The limits of remote sessions, each at its edge. */
class RemoteLimitsTest {

  @TempDir Path folder;

  private TestPlatform platform;
  private Provisioned board;
  private TestDevice device;
  private final List<AutoCloseable> open = new ArrayList<>();

  private void platform(String... settings) throws Exception {
    Map<String, String> all =
        IntStream.range(0, settings.length / 2)
            .boxed()
            .collect(Collectors.toMap(i -> "REMOTE_" + settings[2 * i], i -> settings[2 * i + 1]));
    platform = TestPlatform.on(folder, all);
    board = platform.provision("board");
    device = TestDevice.withServices(platform, board.token());
    open.add(device);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closeable : open) {
      closeable.close();
    }
    platform.close();
  }

  private TestStream stream() throws Exception {
    String key = platform.createKey("--scope", "read", "--scope", "remote");
    TestStream stream = TestStream.open(platform, "Authentication", "bearer " + key);
    open.add(stream);
    return stream;
  }

  private Frame.Open opened(TestStream stream, int channel, String service) throws Exception {
    return opened(stream, channel, service, "{}");
  }

  private Frame.Open opened(TestStream stream, int channel, String service, String info)
      throws Exception {
    stream.openChannel(channel, board.id(), service);
    Frame.Open asked = device.expect(Frame.Open.class);
    device.send(new Frame.Opened(asked.channel(), 100_000, Payload.of(info)));
    stream.expect("opened");
    return asked;
  }

  private static String closedCode(TestStream stream) throws Exception {
    return stream.expect("closed").get("code").asText();
  }

  @Test
  void theServerHasSoManySessionsAndThePlaceOfAnEndedOneIsFree() throws Exception {
    platform("SESSIONS", "2");
    TestStream stream = stream();
    opened(stream, 1, "logs");
    Frame.Open second = opened(stream, 2, "logs");
    stream.openChannel(3, board.id(), "logs");
    assertThat(stream.refusal()).isEqualTo("too_many_sessions");
    device.send(new Frame.End(second.channel(), "ended", Payload.of("{}")));
    assertThat(closedCode(stream)).isEqualTo("ended");
    opened(stream, 4, "logs");
  }

  @Test
  void aDeviceHasSoManySessionsAndAnotherHasItsOwn() throws Exception {
    platform("SESSIONS_PER_DEVICE", "1");
    TestStream stream = stream();
    opened(stream, 1, "logs");
    stream.openChannel(2, board.id(), "logs");
    assertThat(stream.refusal()).isEqualTo("too_many_sessions");
    Provisioned other = platform.provision("other");
    try (TestDevice otherDevice = TestDevice.withServices(platform, other.token())) {
      stream.openChannel(3, other.id(), "logs");
      otherDevice.expect(Frame.Open.class);
    }
  }

  @Test
  void aConnectionHasSoManyChannelsAndOpensSoManyPerSecond() throws Exception {
    platform("SESSIONS_PER_CLIENT", "1", "OPENS_PER_SECOND", "1");
    TestStream stream = stream();
    opened(stream, 1, "logs");
    List<String> codes = new ArrayList<>();
    for (int channel = 2; channel <= 3_000; channel++) {
      stream.openChannel(channel, board.id(), "logs");
    }
    for (JsonNode error : stream.untilPong()) {
      codes.add(error.get("code").asText());
    }
    assertThat(codes).hasSize(2_999).startsWith("too_many_channels", "too_many_channels");
    assertThat(codes).contains("too_many_opens");
    assertThat(codes.stream().filter("too_many_channels"::equals).count()).isBetween(3L, 20L);
    assertThat(device.untilPong()).isEmpty();
  }

  @Test
  void aUserHasSoManyShellsAndAnotherUserHasHisOwn() throws Exception {
    platform("SHELLS_PER_USER", "2");
    TestStream stream = stream();
    opened(stream, 1, "shell");
    opened(stream, 2, "shell");
    stream.openChannel(3, board.id(), "shell");
    assertThat(stream.refusal()).isEqualTo("shell_open_already");
    opened(stream(), 1, "shell");
  }

  @Test
  void soManyControlsMayWaitForADeviceThatDoesNotReadThem() throws Exception {
    platform("CONTROLS", "4");
    TestStream stream = stream();
    opened(stream, 1, "shell", "{\"session\":\"s\",\"grace\":60}");
    device.close();
    stream.expect("interrupted");
    for (int i = 0; i < 4; i++) {
      stream.send("{\"op\":\"control\",\"channel\":1,\"control\":{\"n\":%d}}".formatted(i));
    }
    assertThat(stream.untilPong()).isEmpty();
    stream.send("{\"op\":\"control\",\"channel\":1,\"control\":{\"n\":5}}");
    assertThat(closedCode(stream)).isEqualTo("too_many_controls");
  }

  @Test
  void theWindowIsAsLargeAsConfigured() throws Exception {
    platform("WINDOW_BYTES", "32KiB");
    TestStream stream = stream();
    stream.openChannel(1, board.id(), "files", "\"credit\":10000000");
    Frame.Open asked = device.expect(Frame.Open.class);
    assertThat(asked.credit()).isEqualTo(32 << 10);
    device.send(new Frame.Opened(asked.channel(), 10_000_000, Payload.of("{}")));
    assertThat(stream.expect("opened").get("credit").asInt()).isEqualTo(32 << 10);
    device.send(new Frame.Data(asked.channel(), ByteBuffer.allocate(16 << 10)));
    assertThat(stream.bytes(1)).hasSize(16 << 10);
    assertThat(device.expect(Frame.Credit.class).bytes()).isEqualTo(16 << 10);
    stream.sendBytes(1, new byte[20_000]);
    assertThat(stream.expect("credit").get("bytes").asInt()).isBetween(8 << 10, 20_000);
  }

  @Test
  void aDeviceThatDoesNotAnswerIsNotWaitedFor() throws Exception {
    platform("OPEN_TIMEOUT", "100ms");
    TestStream stream = stream();
    stream.openChannel(1, board.id(), "shell");
    assertThat(stream.refusal()).isEqualTo("no_answer");
    assertThat(device.expect(Frame.End.class).code()).isEqualTo("no_answer");
  }

  @Test
  void whatIsIdleIsEnded() throws Exception {
    platform("IDLE", "100ms");
    TestStream stream = stream();
    opened(stream, 1, "shell");
    assertThat(closedCode(stream)).isEqualTo("idle");
    assertThat(device.expect(Frame.End.class).code()).isEqualTo("idle");
  }

  @Test
  void whatIsOpenForTooLongIsEnded() throws Exception {
    platform("LONGEST", "100ms");
    TestStream stream = stream();
    opened(stream, 1, "shell");
    assertThat(closedCode(stream)).isEqualTo("too_long");
  }

  @Test
  void aDeviceThatDoesNotComeBackWithinTheGraceTimeLosesTheSession() throws Exception {
    platform("GRACE", "100ms");
    TestStream stream = stream();
    opened(stream, 1, "shell", "{\"session\":\"s\",\"grace\":3600}");
    device.close();
    stream.expect("interrupted");
    JsonNode closed = stream.expect("closed");
    assertThat(closed.get("code").asText()).isEqualTo("link_lost");
    assertThat(closed.at("/result/error").asText()).contains("did not come back");
    Awaitility.await()
        .untilAsserted(() ->
            assertThat(
                    platform
                        .get("project/" + platform.project() + "/remote")
                        .json()
                        .get("sessions"))
                .isEmpty());
  }

  @Test
  void aRestartOfTheServerLeavesTheShellToItsDeviceAndTheClientResumesIt() throws Exception {
    platform();
    TestStream before = stream();
    opened(before, 1, "shell", "{\"session\":\"s\",\"grace\":60}");
    platform.restart();
    assertThat(before.closeCode()).isEqualTo(1001);
    assertThat(device.expect(Frame.End.class).code()).isEqualTo("lost");
    device = TestDevice.withServices(platform, board.token());
    open.add(device);
    TestStream after = stream();
    after.openChannel(1, board.id(), "shell", "\"arguments\":{\"resume\":\"s\",\"received\":5}");
    Frame.Open asked = device.expect(Frame.Open.class);
    assertThat(asked.arguments().toString()).contains("\"resume\":\"s\"", "\"received\":5");
  }
}
