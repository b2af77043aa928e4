package com.iottly.platform.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The form of a JSON value, as a JSON Schema (draft 2020-12) of the API's document. Objects are
 * closed: they have no members but those that are named.
 *
 * @param node the schema
 * @param components the named schemas that it and its parts refer to
 */
record Schema(ObjectNode node, Map<String, ObjectNode> components) {

  private static final String COMPONENTS = "#/components/schemas/";

  static Schema text() {
    return of("string");
  }

  /** A text of that form. */
  static Schema text(String pattern) {
    return new Schema(text().node().put("pattern", pattern), Map.of());
  }

  /** A moment, ISO 8601 in UTC. */
  static Schema moment() {
    return new Schema(text().node().put("format", "date-time"), Map.of());
  }

  static Schema flag() {
    return of("boolean");
  }

  static Schema number(long min, long max) {
    return new Schema(of("integer").node().put("minimum", min).put("maximum", max), Map.of());
  }

  /** A number with a fraction or without. */
  static Schema real() {
    return of("number");
  }

  /** A number that only counts. */
  static Schema count() {
    return new Schema(of("integer").node().put("minimum", 0), Map.of());
  }

  /** One of these texts. */
  static Schema choice(Iterable<String> values) {
    ObjectNode node = of("string").node();
    values.forEach(node.putArray("enum")::add);
    return new Schema(node, Map.of());
  }

  static Schema choice(String... values) {
    return choice(List.of(values));
  }

  /** One form or the other; for answers. */
  static Schema either(Schema one, Schema other) {
    Map<String, ObjectNode> parts = new TreeMap<>(one.components());
    parts.putAll(other.components());
    ObjectNode node = Json.object();
    node.putArray("anyOf").add(one.node()).add(other.node());
    return new Schema(node, parts);
  }

  /** Any JSON value; for answers. */
  static Schema anything() {
    return new Schema(Json.object(), Map.of());
  }

  /** Null alone. */
  static Schema nothing() {
    return of("null");
  }

  /** Any object: what people and devices put into messages and commands. */
  static Schema anyObject() {
    return of("object");
  }

  static Schema listOf(Schema element) {
    ObjectNode node = of("array").node();
    node.set("items", element.node());
    return new Schema(node, element.components());
  }

  /** The same, with a smallest and a largest number of elements. */
  static Schema listOf(Schema element, int min, int max) {
    Schema list = listOf(element);
    return new Schema(list.node().put("minItems", min).put("maxItems", max), list.components());
  }

  /** An object whose members are named by data. */
  static Schema mapOf(String namePattern, Schema value) {
    ObjectNode node = of("object").node();
    node.putObject("propertyNames").put("pattern", namePattern);
    node.set("additionalProperties", value.node());
    return new Schema(node, value.components());
  }

  static Members object() {
    return new Members();
  }

  private static Schema of(String type) {
    return new Schema(Json.object().put("type", type), Map.of());
  }

  /** Under that name in the document's components, to be referred to. */
  Schema named(String name) {
    Map<String, ObjectNode> known = new TreeMap<>(components);
    known.put(name, node);
    return new Schema(Json.object().put("$ref", COMPONENTS + name), known);
  }

  /** The same or null. */
  Schema orNull() {
    ObjectNode either = Json.object();
    if (node.path("type").isTextual() && !node.has("enum")) {
      either = node.deepCopy();
      either.putArray("type").add(node.get("type").textValue()).add("null");
    } else {
      ArrayNode choices = either.putArray("anyOf");
      choices.add(node);
      choices.addObject().put("type", "null");
    }
    return new Schema(either, components);
  }

  Schema describedAs(String description) {
    return new Schema(node.deepCopy().put("description", description), components);
  }

  /** The schema behind a reference, or the node itself. */
  JsonNode resolve(JsonNode schema) {
    JsonNode reference = schema.get("$ref");
    return reference == null
        ? schema
        : Objects.requireNonNull(
            components.get(reference.textValue().substring(COMPONENTS.length())));
  }

  /** Collects the members of an object. */
  static final class Members {

    private final ObjectNode node = Json.object().put("type", "object");
    private final ObjectNode properties = node.putObject("properties");
    private final Map<String, ObjectNode> components = new TreeMap<>();

    /** A member that is always there. */
    Members with(String name, Schema schema) {
      node.withArray("required").add(name);
      return maybe(name, schema);
    }

    /** A member that may be missing. */
    Members maybe(String name, Schema schema) {
      properties.set(name, schema.node());
      components.putAll(schema.components());
      return this;
    }

    Schema closed() {
      return new Schema(node.put("additionalProperties", false), components);
    }

    /** Lets members pass that are not named here, as the original API does. */
    Schema open() {
      return new Schema(node, components);
    }
  }
}
