package com.iottly.platform.telemetry;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.iottly.platform.core.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Collects the numeric fields of messages that are shown to it newest first. Names with a dot or a
 * comma can't be asked for, so they are left out. One thread.
 */
final class FieldFinder {

  private static final int DEEPEST = 12;

  private static final Comparator<NumericField> ORDER =
      Comparator.comparing(NumericField::path)
          .thenComparing(NumericField::channel, Comparator.nullsFirst(Comparator.naturalOrder()));

  private record Key(String path, @Nullable String channel) {}

  private final Map<Key, NumericField> found = new HashMap<>();

  /** By path, then by channel. */
  List<NumericField> fields() {
    return found.values().stream().sorted(ORDER).toList();
  }

  void look(Message message) {
    try (JsonParser parser = Numbers.JSON.createParser(message.payload().bytes())) {
      new Look(message).into(parser, parser.nextToken(), "", null, 0);
    } catch (IOException e) {
      throw new UncheckedIOException("a payload is JSON", e);
    }
  }

  private final class Look {

    private final Message message;

    Look(Message message) {
      this.message = message;
    }

    /**
     * Looks into a value.
     *
     * @return the text that it is, if it is one
     */
    @Nullable String into(
        JsonParser parser, JsonToken token, String path, @Nullable String part, int depth)
        throws IOException {
      if (depth > DEEPEST || path.length() > TelemetryLimits.PATH) {
        parser.skipChildren();
        return null;
      }
      switch (token) {
        case START_OBJECT -> object(parser, path, part, depth);
        case START_ARRAY -> {
          int place = 0;
          for (JsonToken in = parser.nextToken();
              in != JsonToken.END_ARRAY;
              in = parser.nextToken()) {
            String _ = into(parser, in, path + "." + place++, null, depth + 1);
          }
        }
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> take(path, part, parser.getDoubleValue());
        case VALUE_STRING -> {
          return parser.getText();
        }
        default -> {}
      }
      return null;
    }

    /** The first text in an object of a list says which of its like it is. */
    private void object(JsonParser parser, String path, @Nullable String outer, int depth)
        throws IOException {
      String part = outer;
      boolean unnamed = path.matches(".*\\.\\d+");
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        JsonToken token = parser.nextToken();
        if (name.isEmpty() || name.contains(".") || name.contains(",")) {
          parser.skipChildren();
          continue;
        }
        String inner = path.isEmpty() ? name : path + "." + name;
        String text = into(parser, token, inner, part, depth + 1);
        if (unnamed && text != null) {
          part = text;
          unnamed = false;
        }
      }
    }

    private void take(String path, @Nullable String part, double value) {
      if (found.size() < TelemetryLimits.LISTED && Double.isFinite(value)) {
        NumericField _ =
            found.putIfAbsent(
                new Key(path, message.channel()),
                new NumericField(
                    path, message.type(), message.channel(), part, value, message.timestamp()));
      }
    }
  }
}
