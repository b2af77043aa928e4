package com.iottly.platform.filter;

import com.iottly.platform.filter.Value.Array;
import com.iottly.platform.filter.Value.Bool;
import com.iottly.platform.filter.Value.DateTime;
import com.iottly.platform.filter.Value.Decimal;
import com.iottly.platform.filter.Value.Document;
import com.iottly.platform.filter.Value.Float64;
import com.iottly.platform.filter.Value.Int32;
import com.iottly.platform.filter.Value.Int64;
import com.iottly.platform.filter.Value.Numeric;
import com.iottly.platform.filter.Value.ObjectId;
import com.iottly.platform.filter.Value.Text;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * MongoDB's order over all values: first by bracket, then within it. Numbers compare by exact worth
 * whatever their types, NaN before all others and equal to itself; texts by their UTF-8 bytes;
 * objects member by member, by bracket, name and value in that order.
 */
final class ValueOrder implements Comparator<Value> {

  static final ValueOrder ORDER = new ValueOrder();

  private static final double TWO_TO_63 = 0x1p63;

  private ValueOrder() {}

  @Override
  public int compare(Value a, Value b) {
    int byBracket = Integer.compare(a.bracket(), b.bracket());
    if (byBracket != 0) {
      return byBracket;
    }
    return switch (a) {
      case Value.Missing _, Value.Null _ -> 0;
      case Numeric x -> compareNumbers(x, (Numeric) b);
      case Text x -> compareTexts(x.value(), ((Text) b).value());
      case Document x -> compareDocuments(x, (Document) b);
      case Array x -> compareArrays(x.elements(), ((Array) b).elements());
      case ObjectId x -> x.value().compareTo(((ObjectId) b).value());
      case Bool x -> Boolean.compare(x.value(), ((Bool) b).value());
      case DateTime x -> Long.compare(x.millis(), ((DateTime) b).millis());
    };
  }

  /** Whether the value is the number that is none. */
  static boolean isNaN(Value value) {
    return value instanceof Float64(double number) && Double.isNaN(number);
  }

  private static int compareNumbers(Numeric a, Numeric b) {
    if (a instanceof Decimal || b instanceof Decimal) {
      return compareWithDecimal(a, b);
    }
    if (a instanceof Float64(double x)) {
      return b instanceof Float64(double y)
          ? compareDoubles(x, y)
          : -compareLongToDouble(integer(b), x);
    }
    return b instanceof Float64(double y)
        ? compareLongToDouble(integer(a), y)
        : Long.compare(integer(a), integer(b));
  }

  private static long integer(Numeric number) {
    return number instanceof Int32(int value) ? value : ((Int64) number).value();
  }

  private static int compareDoubles(double x, double y) {
    if (Double.isNaN(x) || Double.isNaN(y)) {
      return Boolean.compare(Double.isNaN(y), Double.isNaN(x));
    }
    return x < y ? -1 : x > y ? 1 : 0;
  }

  /** Exact where turning the long into a double would round it. */
  private static int compareLongToDouble(long x, double y) {
    if (Double.isNaN(y) || y < -TWO_TO_63) {
      return 1;
    }
    if (y >= TWO_TO_63) {
      return -1;
    }
    long whole = (long) y;
    return x != whole ? Long.compare(x, whole) : Double.compare(0, y - whole + 0.0);
  }

  private static int compareWithDecimal(Numeric a, Numeric b) {
    if (a instanceof Float64(double x) && !Double.isFinite(x)) {
      return x == Double.POSITIVE_INFINITY ? 1 : -1;
    }
    if (b instanceof Float64(double y) && !Double.isFinite(y)) {
      return y == Double.POSITIVE_INFINITY ? -1 : 1;
    }
    return exact(a).compareTo(exact(b));
  }

  private static BigDecimal exact(Numeric number) {
    return switch (number) {
      case Int32(int value) -> BigDecimal.valueOf(value);
      case Int64(long value) -> BigDecimal.valueOf(value);
      case Float64(double value) -> new BigDecimal(value);
      case Decimal(BigDecimal value) -> value;
    };
  }

  /** By code point, which is the order of the UTF-8 bytes. */
  private static int compareTexts(String a, String b) {
    int common = Math.min(a.length(), b.length());
    for (int i = 0; i < common; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        // A surrogate stands for a code point above every one that fits a char.
        int byHalf = Boolean.compare(Character.isSurrogate(x), Character.isSurrogate(y));
        return byHalf != 0 ? byHalf : Character.compare(x, y);
      }
    }
    return a.length() - b.length();
  }

  private static int compareDocuments(Document a, Document b) {
    Iterator<Map.Entry<String, Value>> left = a.members().entrySet().iterator();
    Iterator<Map.Entry<String, Value>> right = b.members().entrySet().iterator();
    while (left.hasNext() && right.hasNext()) {
      Map.Entry<String, Value> x = left.next();
      Map.Entry<String, Value> y = right.next();
      int byBracket = Integer.compare(x.getValue().bracket(), y.getValue().bracket());
      if (byBracket != 0) {
        return byBracket;
      }
      int byName = compareTexts(x.getKey(), y.getKey());
      if (byName != 0) {
        return byName;
      }
      int byValue = ORDER.compare(x.getValue(), y.getValue());
      if (byValue != 0) {
        return byValue;
      }
    }
    return Boolean.compare(left.hasNext(), right.hasNext());
  }

  private static int compareArrays(List<Value> a, List<Value> b) {
    int common = Math.min(a.size(), b.size());
    for (int i = 0; i < common; i++) {
      int byElement = ORDER.compare(a.get(i), b.get(i));
      if (byElement != 0) {
        return byElement;
      }
    }
    return Integer.compare(a.size(), b.size());
  }
}
