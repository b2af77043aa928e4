package com.iottly.platform.filter;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.iottly.platform.core.Message;
import com.iottly.platform.json.Messages;
import com.iottly.wire.WireException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Whatever the bytes: a filter or a refusal with a sentence, and never a surprise. */
class FilterFuzzTest {

  @FuzzTest
  void parse(byte[] filter) {
    parseOrRefuse(new String(filter, StandardCharsets.UTF_8));
  }

  /** The filter is the first line, the payload is the rest. */
  @FuzzTest
  void evaluate(byte[] filterAndPayload) {
    String text = new String(filterAndPayload, StandardCharsets.UTF_8);
    int newline = text.indexOf('\n');
    if (newline > 0) {
      Filter filter = parseOrRefuse(text.substring(0, newline));
      if (filter != null) {
        evaluate(filter, text.substring(newline + 1));
      }
    }
  }

  private static @Nullable Filter parseOrRefuse(String text) {
    try {
      return Filter.parse(text, QueryLimits.DEFAULTS);
    } catch (QueryException refusal) {
      assertThat(refusal.getMessage()).as(text).hasSizeGreaterThan(20);
      return null;
    }
  }

  private static void evaluate(Filter filter, String payload) {
    Message message;
    try {
      message = Messages.withPayload(payload);
    } catch (WireException _) {
      return;
    }
    assertThat(filter.matches(message)).isEqualTo(filter.matches(message));
  }
}
