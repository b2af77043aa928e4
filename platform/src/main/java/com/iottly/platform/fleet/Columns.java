package com.iottly.platform.fleet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.platform.fleet.Keyword.FixedValue;
import com.iottly.platform.fleet.Keyword.FreeValue;
import com.iottly.platform.fleet.Keyword.Kind;
import com.iottly.platform.fleet.Keyword.MultipleChoice;
import java.util.ArrayList;
import java.util.List;

/** Lists as JSON text, the way they stand in a column. */
final class Columns {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Columns() {}

  static String fromStrings(List<String> strings) {
    ArrayNode array = JSON.createArrayNode();
    strings.forEach(array::add);
    return array.toString();
  }

  static List<String> toStrings(String column) {
    return strings(parse(column));
  }

  static String fromKeywords(List<Keyword> keywords) {
    ArrayNode array = JSON.createArrayNode();
    for (Keyword keyword : keywords) {
      ObjectNode object = array.addObject().put("name", keyword.name());
      switch (keyword.kind()) {
        case FixedValue(String value) -> object.put("fixed", value);
        case MultipleChoice(List<String> values) -> values.forEach(object.putArray("choice")::add);
        case FreeValue() -> {}
      }
    }
    return array.toString();
  }

  static List<Keyword> toKeywords(String column) {
    List<Keyword> keywords = new ArrayList<>();
    for (JsonNode object : parse(column)) {
      keywords.add(new Keyword(object.required("name").textValue(), kind(object)));
    }
    return keywords;
  }

  private static Kind kind(JsonNode object) {
    if (object.has("fixed")) {
      return new FixedValue(object.get("fixed").textValue());
    }
    if (object.has("choice")) {
      return new MultipleChoice(strings(object.get("choice")));
    }
    return new FreeValue();
  }

  private static List<String> strings(JsonNode array) {
    List<String> strings = new ArrayList<>();
    array.forEach(element -> strings.add(element.textValue()));
    return strings;
  }

  private static JsonNode parse(String column) {
    try {
      return JSON.readTree(column);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a column of ours does not hold the JSON we wrote", e);
    }
  }
}
