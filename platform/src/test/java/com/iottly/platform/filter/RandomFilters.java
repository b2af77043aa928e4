package com.iottly.platform.filter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Random filters whose operands are mostly taken from the documents, so that they match some. */
final class RandomFilters {

  static final List<String> OPERATORS =
      List.of(
          "implicit",
          "$eq",
          "$ne",
          "$gt",
          "$gte",
          "$lt",
          "$lte",
          "$in",
          "$nin",
          "$and",
          "$or",
          "$nor",
          "$not",
          "$exists",
          "$type",
          "$regex",
          "$options",
          "$all",
          "$size",
          "$elemMatch",
          "$mod");

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String[] REGEXES = {
    "^a", "a$", "^$", "[0-9]+", "ta", "ALPHA", "a.d", "^delta", "(al|be)", "\\d{2}", "e|z", "^be +"
  };
  private static final String[] TYPES = {
    "number", "string", "object", "array", "bool", "null", "date", "int", "long", "double"
  };

  private final Random random;
  private final List<JsonNode> documents;
  private final Corpus corpus;

  RandomFilters(Random random, List<JsonNode> documents) {
    this.random = random;
    this.documents = documents;
    this.corpus = new Corpus(random);
  }

  /** A filter that uses the operator. */
  JsonNode with(String operator) {
    return switch (operator) {
      case "$and", "$or", "$nor" -> {
        ArrayNode parts = NODES.arrayNode();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
          parts.add(with(fieldOperator()));
        }
        yield NODES.objectNode().set(operator, parts);
      }
      default -> {
        String path = pick(Corpus.PATHS);
        yield NODES.objectNode().set(path, condition(operator, path));
      }
    };
  }

  /** Whether the operator combines filters. */
  static boolean combines(String operator) {
    return operator.equals("$and") || operator.equals("$or") || operator.equals("$nor");
  }

  /** The operators that the filter uses. */
  static Set<String> operatorsOf(JsonNode filter) {
    Set<String> operators = new HashSet<>();
    collect(filter, operators);
    return operators;
  }

  private static void collect(JsonNode node, Set<String> operators) {
    for (Map.Entry<String, JsonNode> member : node.properties()) {
      JsonNode value = member.getValue();
      if (OPERATORS.contains(member.getKey())) {
        operators.add(member.getKey());
      } else if (!member.getKey().startsWith("$") && !isConditions(value)) {
        operators.add("implicit");
      }
      collect(value, operators);
    }
    if (node.isArray()) {
      node.forEach(element -> collect(element, operators));
    }
  }

  private static boolean isConditions(JsonNode value) {
    return value.isObject() && !value.isEmpty() && OPERATORS.contains(value.fieldNames().next());
  }

  private String fieldOperator() {
    String operator = pick(OPERATORS);
    return combines(operator) ? "$gte" : operator;
  }

  private JsonNode condition(String operator, String path) {
    if (operator.equals("implicit")) {
      return operand(path);
    }
    ObjectNode condition = NODES.objectNode();
    if (operator.equals("$options")) {
      condition.put("$regex", pick(REGEXES));
      condition.put("$options", pick("i", "m", "s", "im", "is"));
      return condition;
    }
    condition.set(operator, operandOf(operator, path));
    if (operator.startsWith("$gt")) {
      maybe(condition, random.nextBoolean() ? "$lt" : "$lte", path);
    }
    return condition;
  }

  private void maybe(ObjectNode condition, String operator, String path) {
    if (random.nextInt(3) == 0) {
      condition.set(operator, operand(path));
    }
  }

  private JsonNode operandOf(String operator, String path) {
    return switch (operator) {
      case "$in", "$nin" -> {
        ArrayNode list = NODES.arrayNode();
        for (int i = random.nextInt(5); i > 0; i--) {
          list.add(random.nextInt(8) == 0 ? regexLiteral() : operand(path));
        }
        yield list;
      }
      case "$all" -> {
        ArrayNode list = NODES.arrayNode();
        for (int i = 1 + random.nextInt(2); i > 0; i--) {
          list.add(element(path));
        }
        yield list;
      }
      case "$not" ->
          random.nextInt(6) == 0
              ? regexLiteral()
              : condition(
                  pick("$gt", "$lte", "$in", "$eq", "$regex", "$size", "$type", "$exists"), path);
      case "$exists" -> NODES.booleanNode(random.nextBoolean());
      case "$type" -> {
        if (random.nextInt(4) == 0) {
          yield NODES.arrayNode().add(pick(TYPES)).add(pick(TYPES));
        }
        yield NODES.textNode(pick(TYPES));
      }
      case "$regex" -> NODES.textNode(pick(REGEXES));
      case "$size" -> NODES.numberNode(random.nextInt(4));
      case "$mod" -> {
        int divisor = 2 + random.nextInt(3);
        yield NODES
            .arrayNode()
            .add(divisor)
            .add(random.nextInt(divisor) - (random.nextInt(5) == 0 ? 1 : 0));
      }
      case "$elemMatch" -> elemMatch(path);
      default -> operand(path);
    };
  }

  private JsonNode elemMatch(String path) {
    if (random.nextInt(3) == 0) {
      return condition(pick("$gt", "$lte", "$in", "$eq", "$ne", "$regex", "$mod"), path + ".0");
    }
    ObjectNode inner = NODES.objectNode();
    for (String name : List.of(pick("k", "v", "a"), pick("k", "v", "b"))) {
      inner.set(
          name,
          condition(pick("implicit", "$gt", "$lt", "$ne", "$exists", "$in"), path + ".0." + name));
    }
    return inner;
  }

  private JsonNode regexLiteral() {
    ObjectNode parts =
        NODES.objectNode().put("pattern", pick(REGEXES)).put("options", pick("", "i"));
    return NODES.objectNode().set("$regularExpression", parts);
  }

  /** An element of the array at the path, or what is there. */
  private JsonNode element(String path) {
    JsonNode found = operand(path);
    return found.isArray() && !found.isEmpty() ? found.get(random.nextInt(found.size())) : found;
  }

  /** A value that stands at the path in one of the documents, or any. */
  private JsonNode operand(String path) {
    for (int attempt = 0; attempt < 4; attempt++) {
      JsonNode at = documents.get(random.nextInt(documents.size()));
      for (String name : path.split("\\.")) {
        JsonNode next = at.isArray() ? at.path(random.nextInt(Math.max(1, at.size()))) : at;
        at = at.isArray() && name.matches("\\d+") ? next : next.path(name);
      }
      if (!at.isMissingNode() && (attempt > 0 || !at.isContainerNode() || at.has("$date"))) {
        return at;
      }
    }
    return corpus.scalar();
  }

  private String pick(String... values) {
    return values[random.nextInt(values.length)];
  }

  private String pick(List<String> values) {
    return values.get(random.nextInt(values.size()));
  }
}
