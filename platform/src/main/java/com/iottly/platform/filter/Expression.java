package com.iottly.platform.filter;

import java.util.List;

/** What a document must be like. */
sealed interface Expression {

  record And(List<Expression> parts) implements Expression {
    public And {
      parts = List.copyOf(parts);
    }
  }

  record Or(List<Expression> parts) implements Expression {
    public Or {
      parts = List.copyOf(parts);
    }
  }

  record Not(Expression part) implements Expression {}

  /** One of the values that the path leads to meets the condition. */
  record Field(FieldPath path, Condition condition) implements Expression {}

  /** All of them, without a wrapper when there is one. */
  static Expression and(List<Expression> parts) {
    return parts.size() == 1 ? parts.getFirst() : new And(parts);
  }

  /**
   * A condition on single values, said of a path. "Not" and "every" move out of the path: {@code
   * $ne} means that none of the values is equal, and each part of {@code $all} may be met by
   * another value.
   */
  static Expression of(FieldPath path, Condition condition) {
    return switch (condition) {
      case Condition.Not(Condition part) -> new Not(of(path, part));
      case Condition.Every(List<Condition> parts) ->
          and(parts.stream().map(part -> of(path, part)).toList());
      default -> new Field(path, condition);
    };
  }
}
