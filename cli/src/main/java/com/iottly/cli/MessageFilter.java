package com.iottly.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Conditions that a message has to meet all of, in the API's filter language. */
record MessageFilter(List<ObjectNode> conditions) {

  static final MessageFilter EVERYTHING = new MessageFilter(List.of());

  MessageFilter and(ObjectNode condition) {
    return new MessageFilter(Stream.concat(conditions.stream(), Stream.of(condition)).toList());
  }

  MessageFilter and(String path, String operator, JsonNode operand) {
    ObjectNode condition = JsonNodeFactory.instance.objectNode();
    condition.putObject(path).set(operator, operand);
    return and(condition);
  }

  /** As {@code queryJson}; empty when everything matches. */
  Optional<String> text() {
    if (conditions.size() < 2) {
      return conditions.stream().map(ObjectNode::toString).findFirst();
    }
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    ArrayNode parts = all.putArray("$and");
    parts.addAll(conditions);
    return Optional.of(all.toString());
  }
}
