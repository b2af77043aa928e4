package com.iottly.platform.filter;

import com.iottly.platform.core.Message;
import com.iottly.platform.filter.QueryException.Code;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A MongoDB filter over messages in their public form (contract §2, {@code queryJson}). Immutable;
 * any thread.
 */
public final class Filter {

  private static final String PAYLOAD = "payload";

  private final Expression expression;
  private final PushDown pushDown;
  private final @Nullable Set<String> payloadNames;

  private Filter(Expression expression) {
    this.expression = cheapFirst(expression);
    this.pushDown = PushDown.of(expression);
    this.payloadNames = payloadNames(expression);
  }

  /**
   * Reads a filter.
   *
   * @throws QueryException when it is not one, with a sentence that says what to change
   */
  public static Filter parse(String json, QueryLimits limits) {
    int bytes = json.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > limits.filterBytes()) {
      throw new QueryException(
          Code.FILTER_TOO_LARGE,
          "the filter has " + bytes + " bytes; it may have " + limits.filterBytes());
    }
    return new Filter(
        new FilterCompiler(limits).query(JsonValues.ofFilter(json, limits.filterDepth())));
  }

  /** Whether the message satisfies the filter, however long that takes to find out. */
  public boolean matches(Message message) {
    return matches(message, Budget.unlimited());
  }

  /**
   * Whether the message satisfies the filter.
   *
   * @throws Budget.SpentException when the budget is spent before that is known
   */
  public boolean matches(Message message, Budget budget) {
    return new Evaluation(budget).holds(expression, new MessageDocument(message, payloadNames));
  }

  /** What the filter says about where in the history its messages are. */
  public PushDown pushDown() {
    return pushDown;
  }

  /** Conditions on a message's envelope come before those for which its payload must be read. */
  private static Expression cheapFirst(Expression expression) {
    if (!(expression instanceof Expression.And(List<Expression> parts))) {
      return expression;
    }
    return new Expression.And(
        Stream.concat(
                parts.stream().filter(part -> !readsPayload(part)),
                parts.stream().filter(Filter::readsPayload))
            .toList());
  }

  private static boolean readsPayload(Expression expression) {
    Set<String> names = payloadNames(expression);
    return names == null || !names.isEmpty();
  }

  /** The top-level members of the payload that the expression looks at; null is all of them. */
  private static @Nullable Set<String> payloadNames(Expression expression) {
    Set<String> names = new HashSet<>();
    return collect(expression, names) ? names : null;
  }

  private static boolean collect(Expression expression, Set<String> names) {
    return switch (expression) {
      case Expression.And(List<Expression> parts) ->
          parts.stream().allMatch(part -> collect(part, names));
      case Expression.Or(List<Expression> parts) ->
          parts.stream().allMatch(part -> collect(part, names));
      case Expression.Not(Expression part) -> collect(part, names);
      case Expression.Field(FieldPath path, Condition _) -> {
        if (!path.names().getFirst().equals(PAYLOAD)) {
          yield true;
        }
        if (path.length() == 1) {
          yield false;
        }
        names.add(path.names().get(1));
        yield true;
      }
    };
  }
}
