package com.iottly.platform.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.iottly.wire.Payload;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {

  private static final String SAMPLE =
      """
      {"a":{"b":1.5,"c":{"d":-2e3}},"list":[{"x":1},{"x":7},[3,4]],"text":"5","yes":true,
      "none":null,"big":1e999,"é":9,"a2":{"b":8}}
      """;

  @ParameterizedTest
  @CsvSource({
    "a.b, 1.5",
    "a.c.d, -2000",
    "list.0.x, 1",
    "list.1.x, 7",
    "list.2.1, 4",
    "é, 9",
    "a2.b, 8",
    "a, NaN",
    "a.b.c, NaN",
    "list.x, NaN",
    "list.3.x, NaN",
    "text, NaN",
    "yes, NaN",
    "none, NaN",
    "big, NaN",
    "missing, NaN"
  })
  void aNumberIsFoundAtItsPathAndNothingElseIsANumber(String path, double expected) {
    assertThat(new Numbers(List.of(path)).read(Payload.of(SAMPLE))).containsExactly(expected);
  }

  @Test
  void manyPathsAreReadAtOnceAndNothingStaysFromThePayloadBefore() {
    Numbers numbers = new Numbers(List.of("list.1.x", "a.b", "missing", "a.c.d"));
    assertThat(numbers.read(Payload.of(SAMPLE))).containsExactly(7, 1.5, Double.NaN, -2000);
    assertThat(numbers.read(Payload.of("{\"a\":{\"b\":3}}")))
        .containsExactly(Double.NaN, 3, Double.NaN, Double.NaN);
  }

  @Test
  void theLastOfTwoMembersOfOneNameCounts() {
    assertThat(new Numbers(List.of("n")).read(Payload.of("{\"n\":1,\"n\":2}"))).containsExactly(2);
  }
}
