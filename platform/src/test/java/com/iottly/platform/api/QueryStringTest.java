package com.iottly.platform.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueryStringTest {

  @Test
  void namesAndValuesArePercentDecoded() {
    QueryString query =
        QueryString.parse("queryJson=%7B%22a%22%3A+1%7D&citt%C3%A0=s%C3%AC&empty=&flag");
    assertThat(query.get("queryJson")).contains("{\"a\": 1}");
    assertThat(query.get("città")).contains("sì");
    assertThat(query.get("empty")).contains("");
    assertThat(query.get("flag")).contains("");
    assertThat(query.get("missing")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a=%", "a=%2", "a=%zz", "a=%ff", "%c3=1"})
  void escapesThatMakeNoTextAreRefused(String raw) {
    assertThatThrownBy(() -> QueryString.parse(raw))
        .isInstanceOf(ApiError.class)
        .hasMessageContaining("can't be read");
  }

  @Test
  void aParameterGivenTwiceIsRefusedByName() {
    assertThatThrownBy(() -> QueryString.parse("l=1&p=1&l=2"))
        .hasMessageContaining("'l' is given twice");
  }

  @Test
  void numbersAreAcceptedToTheEdgesOfTheirRange() {
    QueryString query =
        QueryString.parse("low=1&high=100&over=101&under=0&text=x&huge=99999999999");
    assertThat(query.number("low", 50, 1, 100)).isEqualTo(1);
    assertThat(query.number("high", 50, 1, 100)).isEqualTo(100);
    assertThat(query.number("missing", 50, 1, 100)).isEqualTo(50);
    for (String bad : new String[] {"over", "under", "text", "huge"}) {
      assertThatThrownBy(() -> query.number(bad, 50, 1, 100))
          .hasMessageContaining("'" + bad + "'")
          .hasMessageContaining("1 to 100");
    }
  }

  @Test
  void unknownParametersAreNamedTogetherWithTheKnownOnes() {
    assertThatThrownBy(() -> QueryString.parse("limt=1").requireOnly(Set.of("limit", "before")))
        .hasMessageContaining("'limt'")
        .hasMessageContaining("before, limit");
  }

  @FuzzTest(maxDuration = "10s")
  void anythingIsEitherReadOrRefused(@NotNull String raw) {
    try {
      assertThat(QueryString.parse(raw)).isNotNull();
    } catch (ApiError e) {
      assertThat(e.answer().status()).isEqualTo(400);
    }
  }
}
