package com.iottly.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.iottly.wire.Frame.DeviceMessage;
import com.iottly.wire.Frame.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
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
        new Frame.Pong(8, 9),
        new Frame.Open(1, 0, "shell", payload),
        new Frame.Opened(Integer.MAX_VALUE, 128 << 10, payload),
        new Frame.Data(2, ByteBuffer.wrap(new byte[] {0, -1, 13})),
        new Frame.Credit(2, Integer.MAX_VALUE),
        new Frame.Control(3, Payload.of("{\"resize\":{\"columns\":80}}")),
        new Frame.End(3, "ended", Payload.of("{\"exit\":0}")));
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
  void dataAtTheLimitPassesAndOneByteMoreIsTooLargeAndNoneIsBad() {
    var atLimit = new Frame.Data(1, ByteBuffer.allocate(FrameCodec.MAX_DATA));
    assertThat(CODEC.decode(FrameCodec.encode(atLimit))).isEqualTo(atLimit);
    assertRefused(
        CloseCode.TOO_LARGE, new Frame.Data(1, ByteBuffer.allocate(FrameCodec.MAX_DATA + 1)));
    assertRefused(CloseCode.BAD_FRAME, new Frame.Data(1, ByteBuffer.allocate(0)));
  }

  @Test
  void aControlAtTheLimitPassesAndOneByteMoreIsTooLarge() {
    FrameCodec roomy = new FrameCodec(1 << 20);
    var atLimit = new Frame.Control(1, textOf(FrameCodec.MAX_CONTROL));
    assertThat(roomy.decode(FrameCodec.encode(atLimit))).isEqualTo(atLimit);
    var over = new Frame.Control(1, textOf(FrameCodec.MAX_CONTROL + 1));
    assertThatThrownBy(() -> roomy.decode(FrameCodec.encode(over)))
        .isInstanceOfSatisfying(
            WireException.class, e -> assertThat(e.closeCode()).isEqualTo(CloseCode.TOO_LARGE));
  }

  @Test
  void channelsStartAtOneAndCreditIsNeverNegativeOrNothing() {
    Payload none = Payload.of("{}");
    assertRefused(CloseCode.BAD_FRAME, new Frame.Open(0, 1, "shell", none));
    assertRefused(CloseCode.BAD_FRAME, new Frame.Open(-1, 1, "shell", none));
    assertRefused(CloseCode.BAD_FRAME, new Frame.Open(1, -1, "shell", none));
    assertRefused(CloseCode.BAD_FRAME, new Frame.Credit(1, 0));
    assertRefused(CloseCode.BAD_FRAME, new Frame.Credit(1, Integer.MIN_VALUE));
  }

  @Test
  void namesOfServicesAndReasonsHaveOneToSixtyFourBytes() {
    Payload none = Payload.of("{}");
    var atLimit = new Frame.Open(1, 1, "x".repeat(64), none);
    assertThat(CODEC.decode(FrameCodec.encode(atLimit))).isEqualTo(atLimit);
    assertRefused(CloseCode.BAD_FRAME, new Frame.Open(1, 1, "x".repeat(65), none));
    assertRefused(CloseCode.BAD_FRAME, new Frame.Open(1, 1, "", none));
    assertRefused(CloseCode.BAD_FRAME, new Frame.End(1, "", none));
  }

  private static void assertRefused(CloseCode code, Frame frame) {
    assertThatThrownBy(() -> CODEC.decode(FrameCodec.encode(frame)))
        .isInstanceOfSatisfying(
            WireException.class, e -> assertThat(e.closeCode()).isEqualTo(code));
  }

  private static Payload textOf(int bytes) {
    return Payload.of("{\"a\":\"" + "x".repeat(bytes - 8) + "\"}");
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
