package com.iottly.platform.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeParameterTest {

  @ParameterizedTest
  @CsvSource({
    "2018-07-27T17:50:04.968Z,       2018-07-27T17:50:04.968Z",
    "2018-07-27t17:50:04z,           2018-07-27T17:50:04Z",
    "2018-07-27T19:50:04+02:00,      2018-07-27T17:50:04Z",
    "2018-07-27T19:50:04+0200,       2018-07-27T17:50:04Z",
    "2018-07-27T19:50:04+02,         2018-07-27T17:50:04Z",
    "2018-07-27T12:20:04-05:30,      2018-07-27T17:50:04Z",
    "2018-07-27T19:50:04 02:00,      2018-07-27T17:50:04Z",
    "2018-07-27T17:50:04.968,        2018-07-27T17:50:04.968Z",
    "2018-07-27 17:50,               2018-07-27T17:50:00Z",
    "2018-07-27,                     2018-07-27T00:00:00Z",
    "2018-07-27T17:50:04.9680001Z,   2018-07-27T17:50:04.969Z",
    "1532713804,                     2018-07-27T17:50:04Z",
    "1532713804.968,                 2018-07-27T17:50:04.968Z",
    "1532713804968,                  2018-07-27T17:50:04.968Z",
    "99999999999,                    5138-11-16T09:46:39Z",
    "100000000000,                   1973-03-03T09:46:40Z",
    "0,                              1970-01-01T00:00:00Z",
    "-1,                             1969-12-31T23:59:59Z"
  })
  void timesAreUnderstoodAsCallersWriteThem(String text, Instant expected) {
    assertThat(TimeParameter.parse("from", text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "yesterday",
        "2018-13-01",
        "2018-02-30",
        "2018-07-27T25:00:00Z",
        "27/07/2018",
        "1e9",
        "2018-07-27T17:50:04Zjunk",
        "2018-07-27Z",
        "999999999999999",
        "12345678901234567890",
        "+12345-01-01",
        "2018-07-27T17:50:04+19:00"
      })
  void anythingElseIsRefusedByName(String text) {
    assertThatThrownBy(() -> TimeParameter.parse("from", text))
        .isInstanceOfSatisfying(
            QueryException.class, e -> assertThat(e.code()).isEqualTo(QueryException.Code.BAD_TIME))
        .hasMessageContaining("`from`")
        .hasMessageContaining("2018-07-27");
  }
}
