package com.iottly.platform.telemetry;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.iottly.wire.Payload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the numbers at some paths out of payloads, and passes over everything else. A path is names
 * and places in lists, from 0, with dots between them. One thread.
 */
final class Numbers {

  static final JsonFactory JSON = new JsonFactory();

  /** A step on the way to wanted numbers. */
  private static final class Step {
    private final Map<String, Step> next = new HashMap<>();

    /** Which of the paths ends here, or -1. */
    private int path = -1;
  }

  private final Step root = new Step();
  private final double[] values;

  Numbers(List<String> paths) {
    values = new double[paths.size()];
    for (int i = 0; i < paths.size(); i++) {
      Step step = root;
      for (String name : paths.get(i).split("\\.", -1)) {
        step = step.next.computeIfAbsent(name, _ -> new Step());
      }
      step.path = i;
    }
  }

  /**
   * The numbers of that payload by the order of the paths, NaN where there is none; good until the
   * next call.
   */
  double[] read(Payload payload) {
    Arrays.fill(values, Double.NaN);
    try (JsonParser parser = JSON.createParser(payload.bytes())) {
      take(parser, parser.nextToken(), root);
    } catch (IOException e) {
      throw new UncheckedIOException("a payload is JSON", e);
    }
    return values;
  }

  private void take(JsonParser parser, @Nullable JsonToken token, Step step) throws IOException {
    if (token == JsonToken.START_OBJECT) {
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        takeOrSkip(parser, parser.nextToken(), step.next.get(name));
      }
    } else if (token == JsonToken.START_ARRAY) {
      int place = 0;
      for (JsonToken in = parser.nextToken(); in != JsonToken.END_ARRAY; in = parser.nextToken()) {
        takeOrSkip(parser, in, step.next.get(Integer.toString(place++)));
      }
    } else if (token != null && token.isNumeric() && step.path >= 0) {
      double value = parser.getDoubleValue();
      values[step.path] = Double.isFinite(value) ? value : Double.NaN;
    }
  }

  private void takeOrSkip(JsonParser parser, JsonToken token, @Nullable Step step)
      throws IOException {
    if (step == null) {
      parser.skipChildren();
    } else {
      take(parser, token, step);
    }
  }
}
