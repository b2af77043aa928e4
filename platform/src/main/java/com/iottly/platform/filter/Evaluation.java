package com.iottly.platform.filter;

import com.google.re2j.Pattern;
import com.iottly.platform.filter.Condition.Relation;
import com.iottly.platform.filter.Value.Array;
import com.iottly.platform.filter.Value.Fields;
import com.iottly.platform.filter.Value.Missing;
import com.iottly.platform.filter.Value.Null;
import com.iottly.platform.filter.Value.Text;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Collections;
import java.util.List;

/**
 * Tests documents against expressions, with MongoDB's rules for what a path leads to.
 *
 * <p>A path through objects leads to one value, {@code Missing} when there is none. At an array it
 * branches: into each element that is an object, and, when the path's next part is a number, into
 * the element at that index. An array at the end of the path stands for each of its elements and
 * then for itself, except where an array as a whole is asked for ({@code $size}, {@code
 * $elemMatch}) and where the path ends with an index.
 */
record Evaluation(Budget budget) {

  /** Texts up to this long are matched without watching the clock. */
  private static final int SHORT_TEXT = 256;

  boolean holds(Expression expression, Fields document) {
    return switch (expression) {
      case Expression.And(List<Expression> parts) -> {
        for (Expression part : parts) {
          if (!holds(part, document)) {
            yield false;
          }
        }
        yield true;
      }
      case Expression.Or(List<Expression> parts) -> {
        for (Expression part : parts) {
          if (holds(part, document)) {
            yield true;
          }
        }
        yield false;
      }
      case Expression.Not(Expression part) -> !holds(part, document);
      case Expression.Field(FieldPath path, Condition condition) ->
          anyIn(document, path, 0, condition);
    };
  }

  private boolean anyIn(Fields fields, FieldPath path, int part, Condition condition) {
    budget.step();
    Value value = fields.get(path.names().get(part));
    for (int next = part + 1; ; next++) {
      if (value instanceof Array array) {
        return anyIn(array, path, next, condition);
      }
      if (next == path.length()) {
        return meets(value, condition);
      }
      if (!(value instanceof Value.Document document)) {
        return meets(Missing.MISSING, condition);
      }
      value = document.get(path.names().get(next));
    }
  }

  private boolean anyIn(Array array, FieldPath path, int part, Condition condition) {
    if (part == path.length()) {
      return anyElement(array, condition) || meets(array, condition);
    }
    int wanted = path.indexes().get(part);
    boolean last = part + 1 == path.length();
    int index = 0;
    for (Value element : array.elements()) {
      budget.step();
      if (element instanceof Value.Document document && anyIn(document, path, part, condition)) {
        return true;
      }
      if (index++ == wanted) {
        boolean found =
            last
                ? meets(element, condition)
                : switch (element) {
                  case Value.Document document -> anyIn(document, path, part + 1, condition);
                  case Array inner -> anyIn(inner, path, part + 1, condition);
                  default -> false;
                };
        if (found) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean anyElement(Array array, Condition condition) {
    if (asksForArray(condition)) {
      return false;
    }
    for (Value element : array.elements()) {
      budget.step();
      if (meets(element, condition)) {
        return true;
      }
    }
    return false;
  }

  private static boolean asksForArray(Condition condition) {
    return condition instanceof Condition.Size
        || condition instanceof Condition.ElementLike
        || condition instanceof Condition.ElementMeets;
  }

  private boolean meets(Value value, Condition condition) {
    return switch (condition) {
      case Condition.Compare(Relation relation, Value operand) -> stands(value, relation, operand);
      case Condition.In in -> isIn(value, in);
      case Condition.Matches(Pattern pattern) -> matches(value, pattern);
      case Condition.Exists() -> value != Missing.MISSING;
      case Condition.HasType(var types) -> ValueType.of(value).filter(types::contains).isPresent();
      case Condition.Mod mod -> leaves(value, mod);
      case Condition.Size(long size) ->
          value instanceof Array(List<Value> elements) && elements.size() == size;
      case Condition.ElementLike(Expression expression) -> hasElementLike(value, expression);
      case Condition.ElementMeets(Condition inner) -> hasElementThatMeets(value, inner);
      case Condition.Not(Condition inner) -> !meets(value, inner);
      case Condition.Every(List<Condition> conditions) -> {
        for (Condition inner : conditions) {
          if (!meets(value, inner)) {
            yield false;
          }
        }
        yield true;
      }
    };
  }

  private static boolean stands(Value value, Relation relation, Value operand) {
    if (value.bracket() != operand.bracket()) {
      return value == Missing.MISSING && operand == Null.NULL && relation.allowsEqual();
    }
    if (relation == Relation.EQ
        && value instanceof Text(String text)
        && operand instanceof Text(String other)) {
      return text.equals(other);
    }
    boolean valueIsNaN = ValueOrder.isNaN(value);
    if (valueIsNaN || ValueOrder.isNaN(operand)) {
      return valueIsNaN && ValueOrder.isNaN(operand) && relation.allowsEqual();
    }
    return relation.holds(ValueOrder.ORDER.compare(value, operand));
  }

  private boolean isIn(Value value, Condition.In in) {
    Value wanted = value == Missing.MISSING ? Null.NULL : value;
    if (Collections.binarySearch(in.values(), wanted, ValueOrder.ORDER) >= 0) {
      return true;
    }
    for (Pattern pattern : in.patterns()) {
      if (matches(value, pattern)) {
        return true;
      }
    }
    return false;
  }

  private boolean matches(Value value, Pattern pattern) {
    if (!(value instanceof Text(String text))) {
      return false;
    }
    budget.step();
    return pattern
        .matcher(text.length() <= SHORT_TEXT ? text : new CountedText(text, budget))
        .find();
  }

  /** A text that counts a step for each character that is looked at. */
  private record CountedText(String text, Budget budget) implements CharSequence {

    @Override
    public char charAt(int index) {
      budget.step();
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new CountedText(text.substring(start, end), budget);
    }

    @Override
    public String toString() {
      return text;
    }
  }

  private static boolean leaves(Value value, Condition.Mod mod) {
    return switch (value) {
      case Value.Int32(int dividend) -> dividend % mod.divisor() == mod.remainder();
      case Value.Int64(long dividend) -> dividend % mod.divisor() == mod.remainder();
      case Value.Float64(double dividend) ->
          dividend >= -0x1p63
              && dividend < 0x1p63
              && (long) dividend % mod.divisor() == mod.remainder();
      case Value.Decimal(BigDecimal dividend) -> {
        BigInteger whole = dividend.setScale(0, RoundingMode.DOWN).toBigInteger();
        yield whole.bitLength() < Long.SIZE && whole.longValue() % mod.divisor() == mod.remainder();
      }
      default -> false;
    };
  }

  private boolean hasElementLike(Value value, Expression expression) {
    if (!(value instanceof Array(List<Value> elements))) {
      return false;
    }
    for (Value element : elements) {
      budget.step();
      if (element instanceof Fields fields && holds(expression, fields)) {
        return true;
      }
    }
    return false;
  }

  private boolean hasElementThatMeets(Value value, Condition condition) {
    if (!(value instanceof Array(List<Value> elements))) {
      return false;
    }
    for (Value element : elements) {
      budget.step();
      if (meets(element, condition)) {
        return true;
      }
    }
    return false;
  }
}
