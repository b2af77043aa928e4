package com.iottly.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever the bytes: the one frame that has them, or a refusal with a sentence. */
class FrameCodecFuzzTest {

  private static final long SEED = Long.getLong("iottly.seed", 20_170_920L);
  private static final int MUTATIONS = 50_000;

  private final FrameCodec codec = new FrameCodec(1 << 10);

  @FuzzTest
  void decode(byte[] bytes) {
    decodeOrRefuse(bytes);
  }

  /** Without a fuzzer's engine too, from frames that are nearly right. */
  @Test
  void mutatedFramesAreDecodedOrRefused() {
    Random random = new Random(SEED);
    List<byte[]> seeds = FrameCodecTest.frames().stream().map(FrameCodec::encode).toList();
    int decoded = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] bytes = mutated(seeds.get(random.nextInt(seeds.size())), random);
      try {
        decoded += decodeOrRefuse(bytes) ? 1 : 0;
      } catch (RuntimeException e) {
        throw new AssertionError(
            "again with -Diottly.seed=" + SEED + ": " + HexFormat.of().formatHex(bytes), e);
      }
    }
    assertThat(decoded).isBetween(1, MUTATIONS - 1);
  }

  private boolean decodeOrRefuse(byte[] bytes) {
    Frame frame;
    try {
      frame = codec.decode(bytes.clone());
    } catch (WireException refusal) {
      assertThat(refusal.getMessage()).isNotBlank();
      return false;
    }
    assertThat(FrameCodec.encode(frame)).isEqualTo(bytes);
    return true;
  }

  private static byte[] mutated(byte[] seed, Random random) {
    byte[] bytes = seed.clone();
    for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
      switch (random.nextInt(4)) {
        case 0 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        case 2 -> bytes = Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length));
        default -> bytes = Arrays.copyOf(bytes, bytes.length + random.nextInt(4));
      }
    }
    return bytes;
  }
}
