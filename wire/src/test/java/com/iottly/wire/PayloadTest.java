package com.iottly.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadTest {

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"a\":[1,2,{\"b\":null}]}", " {\"città\":\"è\"}\n"})
  void aJsonObjectIsKeptByteForByte(String json) {
    assertThat(Payload.of(json)).hasToString(json);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[]", "1", "null", "{", "{\"a\":}", "{}{}", "{} x", "{'a':1}", "{\"a\":NaN}"})
  void anythingElseIsRefusedWithASentence(String json) {
    assertThatThrownBy(() -> Payload.of(json))
        .isInstanceOf(WireException.class)
        .hasMessageContaining("payload");
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() {
    byte[] overlong = {'{', '"', (byte) 0xc0, (byte) 0x80, '"', ':', '1', '}'};
    assertThatThrownBy(() -> Payload.of(overlong)).hasMessageContaining("UTF-8");
  }

  @Test
  void bytesInAnyOtherEncodingThanUtf8AndByteOrderMarksAreRefused() {
    for (var charset : List.of(StandardCharsets.UTF_16BE, StandardCharsets.UTF_16LE)) {
      assertThatThrownBy(() -> Payload.of("{\"a\":1}".getBytes(charset)))
          .isInstanceOf(WireException.class);
    }
    assertThatThrownBy(() -> Payload.of(new byte[] {0, 0, 0, '{', 0, 0, 0, '}'}))
        .isInstanceOf(WireException.class);
    assertThatThrownBy(() -> Payload.of("\ufeff{}")).isInstanceOf(WireException.class);
  }

  @Test
  void nestingIsAllowedToTheLimitAndRefusedBeyondIt() {
    assertThat(Payload.of(nested(Payload.MAX_DEPTH))).isNotNull();
    assertThatThrownBy(() -> Payload.of(nested(Payload.MAX_DEPTH + 1)))
        .hasMessageContaining("too complex");
  }

  private static String nested(int depth) {
    return "{\"a\":".repeat(depth) + "1" + "}".repeat(depth);
  }
}
