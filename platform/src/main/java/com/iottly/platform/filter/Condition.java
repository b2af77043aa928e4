package com.iottly.platform.filter;

import com.google.re2j.Pattern;
import java.util.List;
import java.util.Set;

/** What a single value must be like. */
sealed interface Condition {

  /** How a value stands to another of its bracket. */
  enum Relation {
    EQ,
    GT,
    GTE,
    LT,
    LTE;

    /** Whether a comparison that came out like this satisfies the relation. */
    boolean holds(int comparison) {
      return switch (this) {
        case EQ -> comparison == 0;
        case GT -> comparison > 0;
        case GTE -> comparison >= 0;
        case LT -> comparison < 0;
        case LTE -> comparison <= 0;
      };
    }

    boolean allowsEqual() {
      return this == EQ || this == GTE || this == LTE;
    }
  }

  record Compare(Relation relation, Value operand) implements Condition {}

  /**
   * @param values in {@link ValueOrder}
   */
  record In(List<Value> values, List<Pattern> patterns) implements Condition {

    static final In NOTHING = new In(List.of(), List.of());

    public In {
      values = List.copyOf(values);
      patterns = List.copyOf(patterns);
    }
  }

  record Matches(Pattern pattern) implements Condition {}

  record Exists() implements Condition {}

  record HasType(Set<ValueType> types) implements Condition {}

  /** The remainder has the sign of the dividend. */
  record Mod(long divisor, long remainder) implements Condition {}

  record Size(long size) implements Condition {}

  /** An array with an element that is an object, or array, like this. */
  record ElementLike(Expression expression) implements Condition {}

  /** An array with an element that itself meets the condition. */
  record ElementMeets(Condition condition) implements Condition {}

  record Not(Condition condition) implements Condition {}

  record Every(List<Condition> conditions) implements Condition {
    public Every {
      conditions = List.copyOf(conditions);
    }
  }
}
