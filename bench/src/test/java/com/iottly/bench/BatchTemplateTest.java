package com.iottly.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.iottly.wire.Frame;
import com.iottly.wire.FrameCodec;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchTemplateTest {

  @ParameterizedTest
  @CsvSource({"1,48", "1,49", "1,98", "1,99", "1,200", "16,200", "64,1000", "250,400"})
  void aWrittenFrameIsAMaskedBatchWithItsSequencesAndSize(int batch, int size) {
    BatchTemplate template = new BatchTemplate(batch, size, true, new Random(7));
    ByteBuffer out = ByteBuffer.allocate(template.frameBytes());
    template.write(out, 1001, 1_790_000_000_000L);
    assertThat(out.hasRemaining()).isFalse();

    Frame.Batch decoded = decode(out.array(), template.protocolBytes());
    assertThat(decoded.first()).isEqualTo(1001);
    assertThat(decoded.messages()).hasSize(batch);
    for (int i = 0; i < batch; i++) {
      Frame.DeviceMessage message = decoded.messages().get(i);
      assertThat(message.deviceTime()).isEqualTo(1_790_000_000_000L);
      assertThat(message.payload().size()).isEqualTo(size);
      assertThat(message.payload().toString())
          .startsWith("{\"n\":" + (1_000_001_001L + i) + ",\"level\":\"info\"");
    }
  }

  @Test
  void everyThousandthMessageIsAWarning() {
    BatchTemplate template = new BatchTemplate(4, 60, true, new Random(7));
    ByteBuffer out = ByteBuffer.allocate(template.frameBytes());
    template.write(out, 1997, 0);
    assertThat(decode(out.array(), template.protocolBytes()).messages())
        .extracting(message -> message.payload().toString().contains("\"level\":\"warn\""))
        .containsExactly(false, false, false, true);
  }

  @Test
  void framesThatTakeTurnsDiffer() {
    BatchTemplate template = new BatchTemplate(1, 200, false, new Random(7));
    ByteBuffer one = ByteBuffer.allocate(template.frameBytes());
    ByteBuffer two = ByteBuffer.allocate(template.frameBytes());
    template.write(one, 1, 0);
    template.write(two, 2, 0);
    assertThat(decode(one.array(), template.protocolBytes()).messages().getFirst().payload())
        .isNotEqualTo(
            decode(two.array(), template.protocolBytes()).messages().getFirst().payload());
  }

  @Test
  void aPayloadTooSmallForItsFieldsIsRefused() {
    assertThatThrownBy(() -> BatchTemplate.payload(47, new Random(7)))
        .hasMessageContaining("at least 48 bytes");
  }

  private static Frame.Batch decode(byte[] frame, int protocolBytes) {
    assertThat(frame[0] & 0xff).isEqualTo(0x82);
    assertThat(frame[1] & 0x80).isEqualTo(0x80);
    int header = frame.length - protocolBytes;
    assertThat(header).isEqualTo(WebSocketFraming.headerBytes(protocolBytes));
    int length =
        switch (header) {
          case 6 -> frame[1] & 0x7f;
          case 8 -> ByteBuffer.wrap(frame).getShort(2) & 0xffff;
          default -> (int) ByteBuffer.wrap(frame).getLong(2);
        };
    assertThat(length).isEqualTo(protocolBytes);
    byte[] body = java.util.Arrays.copyOfRange(frame, header, frame.length);
    return (Frame.Batch) new FrameCodec(1 << 20).decode(body);
  }
}
