package com.iottly.platform.filter;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.iottly.platform.filter.QueryException.Code;
import com.iottly.platform.filter.Value.Array;
import com.iottly.platform.filter.Value.Bool;
import com.iottly.platform.filter.Value.Document;
import com.iottly.platform.filter.Value.Float64;
import com.iottly.platform.filter.Value.Int32;
import com.iottly.platform.filter.Value.Int64;
import com.iottly.platform.filter.Value.Null;
import com.iottly.platform.filter.Value.Text;
import com.iottly.wire.Payload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON into values: whole numbers are {@code int} or {@code long} by size, those beyond a
 * long and those with a fraction or an exponent are {@code double}.
 */
final class JsonValues {

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
          .build();

  private final JsonParser parser;
  private final int maxDepth;
  private final boolean filter;

  private JsonValues(JsonParser parser, int maxDepth, boolean filter) {
    this.parser = parser;
    this.maxDepth = maxDepth;
    this.filter = filter;
  }

  /** The payload, or of its top-level members those with the given names. */
  static Document ofPayload(Payload payload, @Nullable Set<String> names) {
    try (JsonParser parser = JSON.createParser(payload.bytes())) {
      parser.nextToken();
      return new JsonValues(parser, Payload.MAX_DEPTH, false).object(names, 1);
    } catch (IOException e) {
      throw new UncheckedIOException("a stored payload can't be read", e);
    }
  }

  /** The object that a filter's text is. */
  static Document ofFilter(String text, int maxDepth) {
    try (JsonParser parser = JSON.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw notJson("it must be an object, such as {\"type\": \"userdefined\"}");
      }
      Document document = new JsonValues(parser, maxDepth, true).object(null, 1);
      if (parser.nextToken() != null) {
        throw notJson("something follows its last brace");
      }
      return document;
    } catch (JsonProcessingException e) {
      throw notJson(
          "it can't be read"
              + (e.getLocation() == null ? "" : " beyond column " + e.getLocation().getColumnNr()));
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
  }

  private static QueryException notJson(String what) {
    return new QueryException(
        Code.FILTER_NOT_JSON, "the filter is not a JSON object in one piece: " + what);
  }

  private Document object(@Nullable Set<String> names, int depth) throws IOException {
    requireDepth(depth);
    Map<String, Value> members = new LinkedHashMap<>();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      parser.nextToken();
      if (names != null && !names.contains(name)) {
        parser.skipChildren();
        continue;
      }
      Value before = members.put(name, value(depth));
      if (before != null && filter) {
        throw new QueryException(
            Code.BAD_OPERAND,
            "`"
                + name
                + "` stands twice in one object of the filter, and only one would count; put both"
                + " conditions into an `$and` list");
      }
    }
    return new Document(members);
  }

  private Array array(int depth) throws IOException {
    requireDepth(depth);
    List<Value> elements = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      elements.add(value(depth));
    }
    return new Array(elements);
  }

  private Value value(int depth) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(null, depth + 1);
      case START_ARRAY -> array(depth + 1);
      case VALUE_STRING -> new Text(parser.getText());
      case VALUE_NUMBER_INT -> integer();
      case VALUE_NUMBER_FLOAT -> new Float64(parser.getDoubleValue());
      case VALUE_TRUE -> Bool.TRUE;
      case VALUE_FALSE -> Bool.FALSE;
      case VALUE_NULL -> Null.NULL;
      case null, default -> throw new IOException("the JSON ends too early");
    };
  }

  private Value integer() throws IOException {
    return switch (parser.getNumberType()) {
      case INT -> new Int32(parser.getIntValue());
      case LONG -> new Int64(parser.getLongValue());
      default -> new Float64(parser.getDoubleValue());
    };
  }

  private void requireDepth(int depth) {
    if (depth > maxDepth && filter) {
      throw new QueryException(
          Code.FILTER_TOO_LARGE,
          "the filter nests deeper than " + maxDepth + " levels; write it flatter");
    }
  }
}
