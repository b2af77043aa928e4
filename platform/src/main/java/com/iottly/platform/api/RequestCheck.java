package com.iottly.platform.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/**
 * Holds a request's body to the form that the document gives it: what is said there is what is
 * taken. Knows those words of JSON Schema that {@link Schema} uses.
 */
final class RequestCheck {

  private final Schema schema;

  RequestCheck(Schema schema) {
    this.schema = schema;
  }

  /**
   * @throws ApiError that names the first member that is not as it should be
   */
  void require(JsonNode body) {
    value("", body, schema.node());
  }

  private void value(String path, JsonNode value, JsonNode declared) {
    JsonNode form = schema.resolve(declared);
    if (form.has("anyOf")) {
      if (!value.isNull()) {
        value(path, value, form.get("anyOf").get(0));
      }
      return;
    }
    JsonNode type = form.path("type");
    if (type.isArray() && value.isNull()) {
      return;
    }
    switch (type.isArray() ? type.get(0).asText() : type.asText()) {
      case "object" -> object(path, value, form);
      case "array" -> array(path, value, form);
      case "integer" -> integer(path, value, form);
      case "boolean" -> require(value.isBoolean(), path, "must be true or false");
      default -> text(path, value, form);
    }
  }

  private void object(String path, JsonNode value, JsonNode form) {
    require(value.isObject(), path, "must be an object");
    for (JsonNode name : form.path("required")) {
      if (!value.has(name.textValue())) {
        throw ApiError.badRequest(
            "missing_member",
            "The request body needs the member \"" + join(path, name.textValue()) + "\".");
      }
    }
    JsonNode known = form.path("properties");
    boolean closed = form.path("additionalProperties").isBoolean();
    for (Map.Entry<String, JsonNode> member : value.properties()) {
      String where = join(path, QueryString.shortened(member.getKey()));
      if (known.has(member.getKey())) {
        value(where, member.getValue(), known.get(member.getKey()));
      } else if (closed) {
        throw ApiError.badRequest(
            "unknown_member",
            "The member \"%s\" of the request body is unknown here; known are %s."
                .formatted(where, String.join(", ", names(known))));
      }
    }
  }

  private static List<String> names(JsonNode properties) {
    return properties.properties().stream().map(Map.Entry::getKey).toList();
  }

  private void array(String path, JsonNode value, JsonNode form) {
    require(value.isArray(), path, "must be a list");
    int min = form.path("minItems").asInt(0);
    int max = form.path("maxItems").asInt(Integer.MAX_VALUE);
    require(
        value.size() >= min && value.size() <= max,
        path,
        "must have " + min + " to " + max + " elements, not " + value.size());
    for (int i = 0; i < value.size(); i++) {
      value(path + "[" + i + "]", value.get(i), form.path("items"));
    }
  }

  private static void integer(String path, JsonNode value, JsonNode form) {
    long min = form.path("minimum").asLong(Long.MIN_VALUE);
    long max = form.path("maximum").asLong(Long.MAX_VALUE);
    boolean fits =
        value.isIntegralNumber()
            && value.canConvertToLong()
            && value.longValue() >= min
            && value.longValue() <= max;
    require(fits, path, "must be a whole number from " + min + " to " + max);
  }

  private static void text(String path, JsonNode value, JsonNode form) {
    require(value.isTextual(), path, "must be a text");
    JsonNode choices = form.path("enum");
    if (choices.isArray()) {
      boolean known = false;
      for (JsonNode choice : choices) {
        known |= choice.equals(value);
      }
      require(known, path, "must be one of " + choices);
    }
  }

  private static void require(boolean holds, String path, String rule) {
    if (!holds) {
      String what = path.isEmpty() ? "The request body" : "The member \"" + path + "\"";
      throw ApiError.badRequest("bad_member", what + " " + rule + ".");
    }
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
