package com.iottly.platform.filter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Where mingo is not MongoDB. A filter is excused for a document when one of its clauses meets one
 * of these situations there; everywhere else the two must agree. What MongoDB does in each of them
 * is tested by hand in {@code FilterSemanticsTest}.
 */
final class MingoDifferences {

  enum Difference {
    /** mingo flattens arrays that stand in arrays; MongoDB looks at one level only. */
    ARRAY_IN_ARRAY,
    /** Where a path crosses an array, mingo collects what it finds into one new array. */
    COLLECTED_VALUES,
    /** At an array MongoDB takes a number for an index and for a name; mingo for an index only. */
    INDEX_AND_NAME,
    /**
     * mingo orders objects by sorted names and arrays by sorted elements, MongoDB as they stand.
     */
    ORDER_OF_CONTAINERS,
    /** mingo ignores the order of an object's names in equality. */
    ORDER_OF_NAMES,
    /** For mingo null is not in order with null or with what is missing. */
    NULL_IN_ORDER,
    /** mingo's {@code $in} finds elements of an array only, MongoDB's the array itself as well. */
    ARRAY_IN_LIST,
    /** mingo's {@code $all} needs an array with elements, MongoDB's takes any value. */
    ALL_OF_ONE_VALUE,
    /** An index that leads nowhere leads mingo to null, MongoDB to nothing at all. */
    INDEX_TO_NOWHERE,
    /** mingo's {@code $mod} turns anything into a number and keeps fractions. */
    REMAINDER_OF_NO_INTEGER,
    /** mingo's {@code $type} does not look at an array's elements. */
    TYPE_OF_ELEMENTS,
    /** JavaScript has one type of numbers. */
    TYPES_OF_NUMBERS,
    /** Inside {@code $elemMatch} mingo takes an element that is no object for any of its fields. */
    FIELDS_OF_NO_OBJECT
  }

  private static final Set<String> ORDER = Set.of("$gt", "$gte", "$lt", "$lte");
  private static final Set<String> ABOUT_ARRAYS =
      Set.of("$size", "$elemMatch", "$all", "$type", "$exists");
  private static final Set<String> NUMBER_TYPES = Set.of("int", "long", "double", "decimal");

  private MingoDifferences() {}

  /** Why the two may differ on this filter and document, when there is a reason. */
  static Optional<Difference> between(JsonNode filter, JsonNode document) {
    return filter.properties().stream()
        .flatMap(member -> ofMember(member.getKey(), member.getValue(), document).stream())
        .findFirst();
  }

  private static Optional<Difference> ofMember(String name, JsonNode value, JsonNode document) {
    if (name.startsWith("$")) {
      return elements(value).flatMap(part -> between(part, document).stream()).findFirst();
    }
    return ofConditions(value, Reached.by(name, document));
  }

  private static Optional<Difference> ofConditions(JsonNode value, Reached reached) {
    boolean literal =
        !value.isObject()
            || value.isEmpty()
            || value.has("$date")
            || value.has("$oid")
            || value.has("$regularExpression")
            || !value.fieldNames().next().startsWith("$");
    return literal
        ? ofClause("$eq", value, reached)
        : value.properties().stream()
            .flatMap(member ->
                (member.getKey().equals("$not")
                        ? ofConditions(member.getValue(), reached)
                        : ofClause(member.getKey(), member.getValue(), reached))
                    .stream())
            .findFirst();
  }

  private static Optional<Difference> ofClause(String operator, JsonNode operand, Reached reached) {
    Difference found =
        Stream.of(
                when(reached.arrayInArray, Difference.ARRAY_IN_ARRAY),
                when(reached.numericName, Difference.INDEX_AND_NAME),
                when(
                    reached.objectsBesideIndex && nullCounts(operator, operand),
                    Difference.INDEX_AND_NAME),
                when(reached.nowhere && nullCounts(operator, operand), Difference.INDEX_TO_NOWHERE),
                when(
                    reached.collected
                        && (ABOUT_ARRAYS.contains(operator)
                            || nullCounts(operator, operand)
                            || hasContainer(operand)),
                    Difference.COLLECTED_VALUES),
                ofOperator(operator, operand, reached))
            .flatMap(Optional::stream)
            .findFirst()
            .orElse(null);
    return Optional.ofNullable(found);
  }

  private static Optional<Difference> ofOperator(
      String operator, JsonNode operand, Reached reached) {
    if (ORDER.contains(operator)) {
      return operand.isNull()
          ? when(reached.any(JsonNode::isMissingNode), Difference.NULL_IN_ORDER)
          : when(
              hasContainer(operand) && reached.any(JsonNode::isContainerNode),
              Difference.ORDER_OF_CONTAINERS);
    }
    boolean orderedNames = hasOrderedNames(operand) && reached.any(JsonNode::isContainerNode);
    return switch (operator) {
      case "$in", "$nin" ->
          elements(operand).anyMatch(JsonNode::isArray) && reached.any(JsonNode::isArray)
              ? Optional.of(Difference.ARRAY_IN_LIST)
              : when(orderedNames, Difference.ORDER_OF_NAMES);
      case "$eq", "$ne" -> when(orderedNames, Difference.ORDER_OF_NAMES);
      case "$all" ->
          reached.any(value -> isOneValue(value, operand))
              ? Optional.of(Difference.ALL_OF_ONE_VALUE)
              : when(orderedNames, Difference.ORDER_OF_NAMES);
      case "$mod" ->
          when(
              reached.leaves().anyMatch(MingoDifferences::isNumberInJavaScriptOnly),
              Difference.REMAINDER_OF_NO_INTEGER);
      case "$type" -> {
        if (reached.any(JsonNode::isArray)) {
          yield Optional.of(Difference.TYPE_OF_ELEMENTS);
        }
        Stream<JsonNode> types = operand.isArray() ? elements(operand) : Stream.of(operand);
        yield when(
            types.anyMatch(type -> NUMBER_TYPES.contains(type.asText()))
                && reached.any(JsonNode::isNumber),
            Difference.TYPES_OF_NUMBERS);
      }
      case "$elemMatch" -> ofElemMatch(operand, reached);
      default -> Optional.empty();
    };
  }

  private static boolean isOneValue(JsonNode value, JsonNode operand) {
    return value.isMissingNode()
        ? nullCounts("$all", operand)
        : !value.isArray() || value.isEmpty();
  }

  /** What {@code %} computes with, though it is no whole number. */
  private static boolean isNumberInJavaScriptOnly(JsonNode value) {
    return isLiteral(value)
        || value.isFloatingPointNumber()
        || value.isBoolean()
        || value.isNull()
        || (value.isTextual() && value.asText().matches("\\d*"));
  }

  private static Optional<Difference> ofElemMatch(JsonNode operand, Reached reached) {
    boolean onFields = !operand.fieldNames().next().startsWith("$");
    return reached.values.stream()
        .filter(JsonNode::isArray)
        .flatMap(MingoDifferences::elements)
        .flatMap(element -> {
          if (!onFields) {
            return ofConditions(operand, Reached.value(element)).stream();
          }
          return element.isObject()
              ? between(operand, element).stream()
              : Stream.of(Difference.FIELDS_OF_NO_OBJECT);
        })
        .findFirst();
  }

  private static Optional<Difference> when(boolean condition, Difference difference) {
    return condition ? Optional.of(difference) : Optional.empty();
  }

  /** Whether the clause can be met by a missing value. */
  private static boolean nullCounts(String operator, JsonNode operand) {
    return operator.equals("$exists")
        || operand.isNull()
        || (operand.isArray() && elements(operand).anyMatch(JsonNode::isNull));
  }

  private static boolean hasContainer(JsonNode operand) {
    return operand.isContainerNode() && !isLiteral(operand);
  }

  private static boolean isLiteral(JsonNode node) {
    return node.has("$date") || node.has("$oid") || node.has("$regularExpression");
  }

  private static boolean hasOrderedNames(JsonNode operand) {
    return (operand.isObject() && !isLiteral(operand) && operand.size() > 1)
        || elements(operand).anyMatch(MingoDifferences::hasOrderedNames);
  }

  private static Stream<JsonNode> elements(JsonNode node) {
    return StreamSupport.stream(node.spliterator(), false);
  }

  /** What a path leads to, and what it came by. */
  private static final class Reached {

    final List<JsonNode> values = new ArrayList<>();
    boolean arrayInArray;
    boolean collected;
    boolean numericName;
    boolean objectsBesideIndex;
    boolean nowhere;

    static Reached value(JsonNode value) {
      Reached reached = new Reached();
      reached.arrive(value);
      return reached;
    }

    static Reached by(String path, JsonNode document) {
      Reached reached = new Reached();
      reached.walk(document, List.of(path.split("\\.")));
      return reached;
    }

    boolean any(Predicate<JsonNode> test) {
      return values.stream().anyMatch(test);
    }

    /** The values, and in the place of each array its elements. */
    Stream<JsonNode> leaves() {
      return values.stream().flatMap(value -> value.isArray() ? elements(value) : Stream.of(value));
    }

    private void walk(JsonNode node, List<String> names) {
      if (names.isEmpty()) {
        arrive(node);
        return;
      }
      String name = names.getFirst();
      List<String> rest = names.subList(1, names.size());
      if (!node.isArray()) {
        walk(node.isObject() ? node.path(name) : MissingNode.getInstance(), rest);
        return;
      }
      noteNesting(node);
      if (name.matches("\\d+")) {
        numericName |= elements(node).anyMatch(element -> element.has(name));
        objectsBesideIndex |= elements(node).anyMatch(JsonNode::isObject);
        JsonNode element = node.path(Integer.parseInt(name));
        nowhere |= !element.isContainerNode() && (!rest.isEmpty() || element.isMissingNode());
        walk(element, rest);
      } else {
        collected = true;
        elements(node).forEach(element -> walk(element, names));
      }
    }

    private void arrive(JsonNode node) {
      values.add(node);
      if (node.isArray()) {
        arrayInArray |= collected;
        noteNesting(node);
      }
    }

    private void noteNesting(JsonNode array) {
      arrayInArray |= elements(array).anyMatch(JsonNode::isArray);
    }
  }
}
