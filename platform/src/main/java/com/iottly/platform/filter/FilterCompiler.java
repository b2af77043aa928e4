package com.iottly.platform.filter;

import com.google.re2j.Pattern;
import com.iottly.platform.filter.Condition.Compare;
import com.iottly.platform.filter.Condition.Relation;
import com.iottly.platform.filter.QueryException.Code;
import com.iottly.platform.filter.Value.Array;
import com.iottly.platform.filter.Value.Document;
import com.iottly.platform.filter.Value.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns a filter's JSON into an {@link Expression}, or refuses it with a sentence that names the
 * operator and the field. One use, one thread.
 */
final class FilterCompiler {

  private static final String LANGUAGE =
      "`$eq`, `$ne`, `$gt`, `$gte`, `$lt`, `$lte`, `$in`, `$nin`, `$and`, `$or`, `$nor`, `$not`,"
          + " `$exists`, `$type`, `$regex`, `$all`, `$size`, `$elemMatch` and `$mod`";

  private static final Map<String, String> REFUSALS =
      Map.of(
          "$where", "it would run JavaScript in the server",
          "$function", "it would run JavaScript in the server",
          "$accumulator", "it would run JavaScript in the server",
          "$expr", "aggregation expressions are not part of the filter language",
          "$jsonSchema", "schemas are not part of the filter language",
          "$text", "there is no text index; use `$regex`");

  private final QueryLimits limits;
  private int nodes;

  FilterCompiler(QueryLimits limits) {
    this.limits = limits;
  }

  /** All members of the object hold. */
  Expression query(Document document) {
    List<Expression> parts = new ArrayList<>();
    for (Map.Entry<String, Value> member : document.members().entrySet()) {
      countNode();
      String name = member.getKey();
      switch (name) {
        case "$and" -> parts.add(Expression.and(queries(name, member.getValue())));
        case "$or" -> parts.add(new Expression.Or(queries(name, member.getValue())));
        case "$nor" ->
            parts.add(new Expression.Not(new Expression.Or(queries(name, member.getValue()))));
        case "$comment" -> {
          // For people who read the filter; MongoDB lets it pass as well.
        }
        default -> parts.add(field(name, member.getValue()));
      }
    }
    return Expression.and(parts);
  }

  private List<Expression> queries(String operator, Value raw) {
    if (!(raw instanceof Array(List<Value> elements)) || elements.isEmpty()) {
      throw badOperand(
          "`"
              + operator
              + "` needs a list of filters that is not empty, such as {\""
              + operator
              + "\": [{\"type\": \"userdefined\"}, {\"channel\": \"alarms\"}]}");
    }
    List<Expression> queries = new ArrayList<>();
    for (Value element : elements) {
      if (!(element instanceof Document document)) {
        throw badOperand("every element of `" + operator + "` must be a filter in braces");
      }
      queries.add(query(document));
    }
    return queries;
  }

  private Expression field(String name, Value raw) {
    if (name.startsWith("$")) {
      throw isFieldOperator(name)
          ? badOperand(
              "`"
                  + name
                  + "` stands where a field's name belongs; write {\"<field>\": {\""
                  + name
                  + "\": …}}")
          : unknown(name);
    }
    String where = "the value of `" + name + "`";
    Condition condition;
    if (Literals.isRegex(raw)) {
      condition = new Condition.Matches(regexLiteral(raw, where));
    } else if (raw instanceof Document document && isConditions(document, name)) {
      condition = conditions(document, name);
    } else {
      condition = new Compare(Relation.EQ, Literals.of(raw, where));
    }
    return Expression.of(FieldPath.of(name), condition);
  }

  /** Whether the object holds operators rather than being a value to compare with. */
  private static boolean isConditions(Document document, String field) {
    if (document.members().isEmpty() || Literals.isLiteral(document)) {
      return false;
    }
    boolean conditions = document.members().keySet().iterator().next().startsWith("$");
    for (String name : document.members().keySet()) {
      if (name.startsWith("$") != conditions) {
        throw badOperand(
            "the braces of `"
                + field
                + "` mix operators and fields: `"
                + name
                + "` can't stand there; use a dotted path for a field inside");
      }
    }
    return conditions;
  }

  private Condition conditions(Document document, String field) {
    List<Condition> conditions = new ArrayList<>();
    for (Map.Entry<String, Value> member : document.members().entrySet()) {
      countNode();
      if (member.getKey().equals("$options")) {
        if (!document.members().containsKey("$regex")) {
          throw badOperand(at("$options", field) + " needs a `$regex` beside it");
        }
      } else {
        conditions.add(condition(member.getKey(), member.getValue(), document, field));
      }
    }
    return conditions.size() == 1 ? conditions.getFirst() : new Condition.Every(conditions);
  }

  private static boolean isFieldOperator(String name) {
    return switch (name) {
      case "$eq",
          "$ne",
          "$gt",
          "$gte",
          "$lt",
          "$lte",
          "$in",
          "$nin",
          "$not",
          "$exists",
          "$type",
          "$regex",
          "$options",
          "$all",
          "$size",
          "$elemMatch",
          "$mod" ->
          true;
      default -> false;
    };
  }

  private Condition condition(String operator, Value raw, Document siblings, String field) {
    String where = at(operator, field);
    return switch (operator) {
      case "$eq" -> new Compare(Relation.EQ, Literals.of(raw, where));
      case "$gt" -> new Compare(Relation.GT, Literals.of(raw, where));
      case "$gte" -> new Compare(Relation.GTE, Literals.of(raw, where));
      case "$lt" -> new Compare(Relation.LT, Literals.of(raw, where));
      case "$lte" -> new Compare(Relation.LTE, Literals.of(raw, where));
      case "$ne" -> new Condition.Not(new Compare(Relation.EQ, Literals.of(raw, where)));
      case "$in" -> in(raw, where);
      case "$nin" -> new Condition.Not(in(raw, where));
      case "$not" -> new Condition.Not(negated(raw, field, where));
      case "$exists" ->
          Operands.isTrue(raw) ? new Condition.Exists() : new Condition.Not(new Condition.Exists());
      case "$type" -> new Condition.HasType(Operands.types(raw, where));
      case "$regex" -> new Condition.Matches(regex(raw, siblings.members().get("$options"), where));
      case "$all" -> all(raw, field, where);
      case "$size" -> new Condition.Size(Operands.size(raw, where));
      case "$elemMatch" -> elemMatch(raw, field, where);
      case "$mod" -> Operands.mod(raw, where);
      case "$and", "$or", "$nor" ->
          throw badOperand(
              where
                  + " can't stand inside a field; write {\""
                  + operator
                  + "\": [{\""
                  + field
                  + "\": …}, …]}");
      default -> throw unknown(operator);
    };
  }

  private Condition in(Value raw, String where) {
    List<Value> values = new ArrayList<>();
    List<Pattern> patterns = new ArrayList<>();
    for (Value element : list(raw, where)) {
      if (Literals.isRegex(element)) {
        countNode();
        patterns.add(regexLiteral(element, where));
      } else {
        values.add(Literals.of(element, where));
      }
    }
    values.sort(ValueOrder.ORDER);
    return new Condition.In(values, patterns);
  }

  private Condition negated(Value raw, String field, String where) {
    if (Literals.isRegex(raw)) {
      return new Condition.Matches(regexLiteral(raw, where));
    }
    if (raw instanceof Document document && isConditions(document, field)) {
      return conditions(document, field);
    }
    throw badOperand(where + " needs operators in braces, such as {\"$not\": {\"$gt\": 5}}");
  }

  private Condition all(Value raw, String field, String where) {
    List<Value> elements = list(raw, where);
    if (elements.isEmpty()) {
      return Condition.In.NOTHING;
    }
    long elemMatches = elements.stream().filter(FilterCompiler::isElemMatch).count();
    if (elemMatches != 0 && elemMatches != elements.size()) {
      throw badOperand(where + " mixes `$elemMatch` with values; it takes one kind only");
    }
    List<Condition> conditions = new ArrayList<>();
    for (Value element : elements) {
      countNode();
      if (element instanceof Document document && elemMatches != 0) {
        conditions.add(conditions(document, field));
      } else if (Literals.isRegex(element)) {
        conditions.add(new Condition.Matches(regexLiteral(element, where)));
      } else {
        conditions.add(new Compare(Relation.EQ, Literals.of(element, where)));
      }
    }
    return new Condition.Every(conditions);
  }

  private static boolean isElemMatch(Value raw) {
    return raw instanceof Document(Map<String, Value> members)
        && members.size() == 1
        && members.containsKey("$elemMatch");
  }

  private Condition elemMatch(Value raw, String field, String where) {
    if (!(raw instanceof Document document) || Literals.isLiteral(document)) {
      throw badOperand(
          where + " needs a filter or operators in braces, such as {\"$elemMatch\": {\"$gt\": 5}}");
    }
    boolean logical =
        document.members().keySet().stream()
            .anyMatch(name -> name.equals("$and") || name.equals("$or") || name.equals("$nor"));
    return !logical && isConditions(document, field)
        ? new Condition.ElementMeets(conditions(document, field))
        : new Condition.ElementLike(query(document));
  }

  private List<Value> list(Value raw, String where) {
    if (!(raw instanceof Array(List<Value> elements))) {
      throw badOperand(where + " needs a list, such as [1, 2]");
    }
    if (elements.size() > limits.listValues()) {
      throw new QueryException(
          Code.FILTER_TOO_LARGE,
          where
              + " lists "
              + elements.size()
              + " values; it may list "
              + limits.listValues()
              + ", so ask in several queries");
    }
    return elements;
  }

  private Pattern regex(Value raw, @Nullable Value options, String where) {
    if (Literals.isRegex(raw)) {
      if (options != null) {
        throw badOperand(where + " has its options twice, inside and in `$options`");
      }
      return regexLiteral(raw, where);
    }
    if (!(raw instanceof Text(String regex))) {
      throw badOperand(where + " needs a text, such as {\"$regex\": \"^temp\"}");
    }
    return switch (options) {
      case null -> Regex.compile(regex, "", limits, where);
      case Text(String letters) -> Regex.compile(regex, letters, limits, where);
      default -> throw badOperand(where + " has `$options` that are not a text such as \"i\"");
    };
  }

  private Pattern regexLiteral(Value raw, String where) {
    if (raw instanceof Document(Map<String, Value> literal)
        && literal.size() == 1
        && literal.get(Literals.REGEX) instanceof Document(Map<String, Value> parts)
        && parts.size() == 2
        && parts.get("pattern") instanceof Text(String regex)
        && parts.get("options") instanceof Text(String options)) {
      return Regex.compile(regex, options, limits, where);
    }
    throw new QueryException(
        Code.BAD_LITERAL,
        where
            + " has a `$regularExpression` that is not of the form {\"$regularExpression\":"
            + " {\"pattern\": \"…\", \"options\": \"\"}}");
  }

  private void countNode() {
    if (++nodes > limits.filterNodes()) {
      throw new QueryException(
          Code.FILTER_TOO_LARGE,
          "the filter has more than "
              + limits.filterNodes()
              + " conditions; use `$in` for lists of values, or ask in several queries");
    }
  }

  private static String at(String operator, String field) {
    return "`" + operator + "` of `" + field + "`";
  }

  private static QueryException badOperand(String sentence) {
    return new QueryException(Code.BAD_OPERAND, sentence);
  }

  private static QueryException unknown(String operator) {
    String reason = REFUSALS.get(operator);
    return new QueryException(
        Code.UNKNOWN_OPERATOR,
        reason == null
            ? "there is no operator `" + operator + "` here; there are " + LANGUAGE
            : "`" + operator + "` is not supported: " + reason);
  }
}
