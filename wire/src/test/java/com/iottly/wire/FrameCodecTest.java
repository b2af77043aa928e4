package com.iottly.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.iottly.wire.Frame.DeviceMessage;
import com.iottly.wire.Frame.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FrameCodecTest {

  private static final FrameCodec CODEC = new FrameCodec(1024);

  static List<Frame> frames() {
    Payload payload = Payload.of("{\"temperature\":21.5,\"name\":\"città\"}");
    return List.of(
        new Frame.Hello(new Epoch(1, -2), 7, 1_790_000_000_000L, false, 30, "1.8.0", payload),
        new Frame.Welcome(41, 1_790_000_000_001L, 2048, 4 << 20, 1 << 20, 256 << 10),
        new Frame.Batch(
            42,
            List.of(
                new DeviceMessage(Kind.USERDEFINED, 5, true, "alarms", payload),
                new DeviceMessage(Kind.IOTTLYAGENT, -6, false, null, Payload.of("{}")))),
        new Frame.Gap(3, 9, "the spool was full"),
        new Frame.Ack(43),
        new Frame.Command("c-1", 60_000, "echo", Payload.of("{\"echo\":{\"content\":\"hi\"}}")),
        new Frame.Ping(8),
        new Frame.Pong(8, 9));
  }

  @ParameterizedTest
  @MethodSource("frames")
  void everyFrameSurvivesItsBytes(Frame frame) {
    assertThat(CODEC.decode(FrameCodec.encode(frame))).isEqualTo(frame);
  }

  @ParameterizedTest
  @MethodSource("frames")
  void everyTruncationIsRefusedAsABadFrame(Frame frame) {
    byte[] bytes = FrameCodec.encode(frame);
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> CODEC.decode(cut))
          .isInstanceOfSatisfying(
              WireException.class, e -> assertThat(e.closeCode()).isEqualTo(CloseCode.BAD_FRAME));
    }
  }

  @ParameterizedTest
  @MethodSource("frames")
  void bytesBehindTheFrameAreRefused(Frame frame) {
    byte[] bytes = FrameCodec.encode(frame);
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
    assertThatThrownBy(() -> CODEC.decode(longer)).hasMessageContaining("1 bytes follow");
  }

  @Test
  void anotherVersionIsNamedInTheRefusal() {
    assertThatThrownBy(() -> CODEC.decode(new byte[] {2, 4, 0, 0, 0, 0, 0, 0, 0, 0}))
        .hasMessageContaining("version 2")
        .hasMessageContaining("iottly.v1");
  }

  @Test
  void aPayloadAtTheLimitPassesAndOneByteMoreIsTooLarge() {
    Payload atLimit = Payload.of("{\"a\":\"" + "x".repeat(1024 - 8) + "\"}");
    Payload over = Payload.of("{\"a\":\"" + "x".repeat(1024 - 7) + "\"}");
    assertThat(atLimit.size()).isEqualTo(1024);
    assertThat(CODEC.decode(FrameCodec.encode(batchOf(atLimit)))).isEqualTo(batchOf(atLimit));
    assertThatThrownBy(() -> CODEC.decode(FrameCodec.encode(batchOf(over))))
        .isInstanceOfSatisfying(
            WireException.class, e -> assertThat(e.closeCode()).isEqualTo(CloseCode.TOO_LARGE));
  }

  @Test
  void theDocumentedOverheadIsWhatABatchCosts() {
    Payload payload = Payload.of("{}");
    assertThat(FrameCodec.encode(batchOf(payload)).length)
        .isEqualTo(FrameCodec.BATCH_OVERHEAD + FrameCodec.MESSAGE_OVERHEAD + payload.size());
  }

  @Test
  void theWorkedExamplesOfTheProtocolPageAreTheseBytes() throws IOException {
    String page = Files.readString(Path.of("../docs/protocol.md"));
    String examples = page.substring(page.indexOf("## Worked example"));
    String[] blocks = examples.split("```");
    long madeAt = 1_790_000_000_000L;
    var message = new DeviceMessage(Kind.USERDEFINED, madeAt, true, null, Payload.of("{\"t\":21}"));

    assertThat(CODEC.decode(bytesOf(blocks[1]))).isEqualTo(new Frame.Ping(madeAt));
    assertThat(CODEC.decode(bytesOf(blocks[3]))).isEqualTo(new Frame.Batch(1, List.of(message)));
  }

  private static byte[] bytesOf(String hex) {
    return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
  }

  private static Frame.Batch batchOf(Payload payload) {
    return new Frame.Batch(1, List.of(new DeviceMessage(Kind.USERDEFINED, 0, true, null, payload)));
  }
}
