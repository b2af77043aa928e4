package com.iottly.platform.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.iottly.platform.filter.QueryException.Code;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilterRefusalTest {

  private static final QueryLimits SMALL =
      new QueryLimits(200, 4, 5, 3, 10, Duration.ofSeconds(1), 10);

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          5                                   | FILTER_NOT_JSON  | object
          {"a":                               | FILTER_NOT_JSON  | JSON
          {"a":1} x                           | FILTER_NOT_JSON  | JSON
          {"a":1}{}                           | FILTER_NOT_JSON  | last brace
          {"$where":"1"}                      | UNKNOWN_OPERATOR | `$where`
          {"$expr":{"$gt":["$a",1]}}          | UNKNOWN_OPERATOR | `$expr`
          {"$jsonSchema":{}}                  | UNKNOWN_OPERATOR | `$jsonSchema`
          {"$text":{"$search":"x"}}           | UNKNOWN_OPERATOR | `$text`
          {"$foo":1}                          | UNKNOWN_OPERATOR | `$foo`
          {"a":{"$near":1}}                   | UNKNOWN_OPERATOR | `$near`
          {"a":{"$gt":1,"$bitsAllSet":1}}     | UNKNOWN_OPERATOR | `$bitsAllSet`
          {"$gt":5}                           | BAD_OPERAND      | {"<field>": {"$gt": …}}
          {"a":{"$or":[{"b":1}]}}             | BAD_OPERAND      | `$or` of `a`
          {"a":{"$gt":1,"b":2}}               | BAD_OPERAND      | `b`
          {"a":{"b":{"$gt":1}}}               | BAD_OPERAND      | dotted path
          {"a":1,"a":2}                       | BAD_OPERAND      | `$and`
          {"$and":[]}                         | BAD_OPERAND      | `$and`
          {"$or":{"a":1}}                     | BAD_OPERAND      | `$or`
          {"$nor":[1]}                        | BAD_OPERAND      | `$nor`
          {"a":{"$in":5}}                     | BAD_OPERAND      | `$in` of `a`
          {"a":{"$in":[{"$gt":5}]}}           | BAD_OPERAND      | `$gt`
          {"a":{"$not":5}}                    | BAD_OPERAND      | `$not` of `a`
          {"a":{"$not":{}}}                   | BAD_OPERAND      | `$not` of `a`
          {"a":{"$type":"text"}}              | BAD_OPERAND      | `$type` of `a`
          {"a":{"$type":[]}}                  | BAD_OPERAND      | `$type` of `a`
          {"a":{"$type":0}}                   | BAD_OPERAND      | `$exists`
          {"a":{"$options":"i"}}              | BAD_OPERAND      | `$regex`
          {"a":{"$regex":5}}                  | BAD_OPERAND      | `$regex` of `a`
          {"a":{"$regex":"a","$options":5}}   | BAD_OPERAND      | `$options`
          {"a":{"$eq":{"$regularExpression":{"pattern":"a","options":""}}}} | BAD_OPERAND | `$regex`
          {"a":{"$all":[1,{"$elemMatch":{"b":1}}]}} | BAD_OPERAND | `$elemMatch`
          {"a":{"$size":-1}}                  | BAD_OPERAND      | `$size` of `a`
          {"a":{"$size":1.5}}                 | BAD_OPERAND      | `$size` of `a`
          {"a":{"$elemMatch":5}}              | BAD_OPERAND      | `$elemMatch` of `a`
          {"a":{"$mod":[5]}}                  | BAD_OPERAND      | `$mod` of `a`
          {"a":{"$mod":[0,1]}}                | BAD_OPERAND      | divisor 0
          {"a":{"$mod":["x",1]}}              | BAD_OPERAND      | `$mod` of `a`
          {"a":{"$date":"yesterday"}}         | BAD_LITERAL      | `$date`
          {"a":{"$oid":"12"}}                 | BAD_LITERAL      | `$oid`
          {"a":{"$numberLong":"x"}}           | BAD_LITERAL      | `$numberLong`
          {"a":{"$numberLong":"9223372036854775808"}} | BAD_LITERAL | 64 bits
          {"a":{"$numberInt":"2147483648"}}   | BAD_LITERAL      | 32 bits
          {"a":{"$numberDouble":"0x1p3"}}     | BAD_LITERAL      | `$numberDouble`
          {"a":{"$numberDecimal":"1E99999"}}  | BAD_LITERAL      | `$numberDecimal`
          {"a":{"$date":"2017-09-20","b":1}}  | BAD_LITERAL      | alone
          {"a":{"$gt":{"$oid":"59c1b7570000000000000007","x":1}}} | BAD_LITERAL | alone
          {"a":{"$uuid":"0b9e5a2c-5f0d-4c0e-9a53-1d6f0a7c2b11"}} | BAD_LITERAL | `$uuid`
          {"a":{"$regularExpression":"a"}}    | BAD_LITERAL      | `$regularExpression`
          {"a":1e999}                         | BAD_LITERAL      | double
          {"a":{"$regex":"("}}                | BAD_REGEX        | missing closing
          {"a":{"$regex":"(a)\\\\1"}}         | BAD_REGEX        | backreferences
          {"a":{"$regex":"a(?=b)"}}           | BAD_REGEX        | lookaround
          {"a":{"$regex":"(?<!b)a"}}          | BAD_REGEX        | lookaround
          {"a":{"$regex":"(?>b)a"}}           | BAD_REGEX        | atomic
          {"a":{"$regex":"a","$options":"ig"}} | BAD_REGEX       | `g`
          {"a":{"$regex":"((a{100}){100}){100}"}} | BAD_REGEX    | repeats
          """)
  void whatCantBeAskedIsRefusedByName(String filter, Code code, String name) {
    QueryException refusal = refusal(filter, QueryLimits.DEFAULTS);

    assertThat(refusal.code()).isEqualTo(code);
    assertThat(refusal).hasMessageContaining(name);
  }

  @Test
  void everyLimitHoldsAtItsEdge() {
    assertLimit(
        "{\"a\":\"" + "x".repeat(192) + "\"}", "{\"a\":\"" + "x".repeat(193) + "\"}", "200");
    assertLimit("{\"a\":[[[1]]]}", "{\"a\":[[[[1]]]]}", "4 levels");
    assertLimit(fields(5), fields(6), "5 conditions");
    assertLimit("{\"a\":{\"$in\":[1,2,3]}}", "{\"a\":{\"$in\":[1,2,3,4]}}", "`$in` of `a`");
    assertLimit(
        "{\"a\":{\"$regex\":\"0123456789\"}}", "{\"a\":{\"$regex\":\"0123456789a\"}}", "10");
    assertLimit("{\"a\":{\"$regex\":\"a{20}\"}}", "{\"a\":{\"$regex\":\"a{21}\"}}", "repeats");
  }

  @Test
  void theDefaultsAreThoseOfTheContract() {
    assertThat(QueryLimits.DEFAULTS)
        .isEqualTo(new QueryLimits(16_384, 32, 1_000, 1_000, 1_000, Duration.ofSeconds(5), 100));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"(a{40}){40}{40}", "(?:(?:x{1,900}y){3})", "\\d{999}\\w{999}.{9}", "a{2001,}"})
  void countedRepetitionsAreMeasuredWrittenOut(String regex) {
    assertThat(RegexSize.exceeds(regex, 2_000)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a{2000}",
        "[a{9}]{100}{3",
        "\\Qa{5000}\\E",
        "\\{5000}",
        "{5000}",
        "a{x}",
        "[]{9999}]"
      })
  void whatIsNoRepetitionIsNotMeasuredAsOne(String regex) {
    assertThat(RegexSize.exceeds(regex, 2_000)).isFalse();
  }

  private static void assertLimit(String allowed, String refused, String name) {
    assertThat(Filter.parse(allowed, SMALL)).isNotNull();
    assertThat(refusal(refused, SMALL)).hasMessageContaining(name);
  }

  private static String fields(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"f" + i + "\":1")
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static QueryException refusal(String filter, QueryLimits limits) {
    QueryException refusal =
        catchThrowableOfType(QueryException.class, () -> Filter.parse(filter, limits));
    assertThat(refusal).as(filter).isNotNull();
    return refusal;
  }
}
