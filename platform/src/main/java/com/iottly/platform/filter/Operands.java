package com.iottly.platform.filter;

import com.iottly.platform.filter.QueryException.Code;
import com.iottly.platform.filter.Value.Array;
import com.iottly.platform.filter.Value.Bool;
import com.iottly.platform.filter.Value.Float64;
import com.iottly.platform.filter.Value.Int32;
import com.iottly.platform.filter.Value.Int64;
import com.iottly.platform.filter.Value.Null;
import com.iottly.platform.filter.Value.Text;
import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** What the operators take that do not compare with a value. */
final class Operands {

  private Operands() {}

  /** MongoDB's truth: all but false, null and zero. */
  static boolean isTrue(Value raw) {
    return switch (raw) {
      case Bool(boolean value) -> value;
      case Null _ -> false;
      case Int32(int number) -> number != 0;
      case Int64(long number) -> number != 0;
      case Float64(double number) -> number != 0;
      default -> true;
    };
  }

  /** The operand of {@code $type}. */
  static Set<ValueType> types(Value raw, String where) {
    List<Value> wanted = raw instanceof Array(List<Value> elements) ? elements : List.of(raw);
    Set<ValueType> types = EnumSet.noneOf(ValueType.class);
    for (Value type : wanted) {
      Optional<Set<ValueType>> found =
          type instanceof Text(String alias)
              ? ValueType.ofAlias(alias)
              : whole(type, where).stream().mapToObj(ValueType::ofCode).findAny().flatMap(o -> o);
      types.addAll(
          found.orElseThrow(() ->
              bad(
                  where
                      + " needs the name or number of a type, or a list of them: `double`,"
                      + " `string`, `object`, `array`, `objectId`, `bool`, `date`, `null`,"
                      + " `int`, `long`, `decimal` or `number`; for missing fields use"
                      + " `$exists`")));
    }
    if (types.isEmpty()) {
      throw bad(where + " needs at least one type");
    }
    return types;
  }

  /** The operand of {@code $size}. */
  static long size(Value raw, String where) {
    OptionalLong size = whole(raw, where);
    if (size.isEmpty() || size.getAsLong() < 0) {
      throw bad(where + " needs a whole number, 0 or more");
    }
    return size.getAsLong();
  }

  /** The operand of {@code $mod}; fractions are cut off. */
  static Condition.Mod mod(Value raw, String where) {
    if (!(raw instanceof Array(List<Value> elements)) || elements.size() != 2) {
      throw bad(where + " needs a list of two numbers, [divisor, remainder]");
    }
    long divisor = truncated(elements.get(0), where);
    if (divisor == 0) {
      throw bad(where + " has the divisor 0");
    }
    return new Condition.Mod(divisor, truncated(elements.get(1), where));
  }

  private static long truncated(Value raw, String where) {
    return switch (Literals.of(raw, where)) {
      case Int32(int number) -> number;
      case Int64(long number) -> number;
      case Float64(double number) when number >= -0x1p63 && number < 0x1p63 -> (long) number;
      case Value.Decimal(BigDecimal number) when number.toBigInteger().bitLength() < Long.SIZE ->
          number.longValue();
      default -> throw bad(where + " needs numbers that fit 64 bits");
    };
  }

  /** The whole number that the value is, in any of the number types. */
  private static OptionalLong whole(Value raw, String where) {
    return switch (Literals.of(raw, where)) {
      case Int32(int number) -> OptionalLong.of(number);
      case Int64(long number) -> OptionalLong.of(number);
      case Float64(double number) when number == (long) number && Math.abs(number) < 0x1p53 ->
          OptionalLong.of((long) number);
      default -> OptionalLong.empty();
    };
  }

  private static QueryException bad(String sentence) {
    return new QueryException(Code.BAD_OPERAND, sentence);
  }
}
