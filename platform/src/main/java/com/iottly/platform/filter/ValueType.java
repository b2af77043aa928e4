package com.iottly.platform.filter;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** MongoDB's types as {@code $type} names and numbers them; some occur in no message. */
enum ValueType {
  DOUBLE("double", 1),
  STRING("string", 2),
  OBJECT("object", 3),
  ARRAY("array", 4),
  BINARY("binData", 5),
  UNDEFINED("undefined", 6),
  OBJECT_ID("objectId", 7),
  BOOL("bool", 8),
  DATE("date", 9),
  NULL("null", 10),
  REGEX("regex", 11),
  DB_POINTER("dbPointer", 12),
  JAVASCRIPT("javascript", 13),
  SYMBOL("symbol", 14),
  JAVASCRIPT_WITH_SCOPE("javascriptWithScope", 15),
  INT("int", 16),
  TIMESTAMP("timestamp", 17),
  LONG("long", 18),
  DECIMAL("decimal", 19),
  MIN_KEY("minKey", -1),
  MAX_KEY("maxKey", 127);

  private static final Set<ValueType> NUMBERS = EnumSet.of(DOUBLE, INT, LONG, DECIMAL);

  private final String alias;
  private final int code;

  ValueType(String alias, int code) {
    this.alias = alias;
    this.code = code;
  }

  /** The types of that alias; {@code number} is four of them. */
  static Optional<Set<ValueType>> ofAlias(String alias) {
    if (alias.equals("number")) {
      return Optional.of(NUMBERS);
    }
    for (ValueType type : values()) {
      if (type.alias.equals(alias)) {
        return Optional.of(EnumSet.of(type));
      }
    }
    return Optional.empty();
  }

  static Optional<Set<ValueType>> ofCode(long code) {
    for (ValueType type : values()) {
      if (type.code == code) {
        return Optional.of(EnumSet.of(type));
      }
    }
    return Optional.empty();
  }

  /** The type of the value; a missing one has none. */
  static Optional<ValueType> of(Value value) {
    return switch (value) {
      case Value.Missing _ -> Optional.empty();
      case Value.Null _ -> Optional.of(NULL);
      case Value.Int32 _ -> Optional.of(INT);
      case Value.Int64 _ -> Optional.of(LONG);
      case Value.Float64 _ -> Optional.of(DOUBLE);
      case Value.Decimal _ -> Optional.of(DECIMAL);
      case Value.Text _ -> Optional.of(STRING);
      case Value.Document _ -> Optional.of(OBJECT);
      case Value.Array _ -> Optional.of(ARRAY);
      case Value.ObjectId _ -> Optional.of(OBJECT_ID);
      case Value.Bool _ -> Optional.of(BOOL);
      case Value.DateTime _ -> Optional.of(DATE);
    };
  }
}
