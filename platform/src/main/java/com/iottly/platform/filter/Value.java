package com.iottly.platform.filter;

import com.iottly.platform.core.MessageId;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** A value in MongoDB's model, as far as messages and filters have need of it. */
sealed interface Value {

  /** The bracket of values this one can be compared with; brackets are ordered too. */
  int bracket();

  int MISSING_BRACKET = 0;
  int NULL_BRACKET = 5;
  int NUMBER_BRACKET = 10;

  /** Something whose members have names. */
  sealed interface Fields permits Document, Array, MessageDocument {

    /** The member of that name, {@link Missing} when there is none. */
    Value get(String name);
  }

  /** What a path finds where there is nothing. */
  enum Missing implements Value {
    MISSING;

    @Override
    public int bracket() {
      return MISSING_BRACKET;
    }
  }

  /** JSON's null. */
  enum Null implements Value {
    NULL;

    @Override
    public int bracket() {
      return NULL_BRACKET;
    }
  }

  /** Any of the number types, which are compared by what they are worth. */
  sealed interface Numeric extends Value {

    @Override
    default int bracket() {
      return NUMBER_BRACKET;
    }
  }

  record Int32(int value) implements Numeric {}

  record Int64(long value) implements Numeric {}

  record Float64(double value) implements Numeric {}

  record Decimal(BigDecimal value) implements Numeric {}

  record Text(String value) implements Value {

    @Override
    public int bracket() {
      return 15;
    }
  }

  /** An object. A name occurs once; the order of the names counts in comparisons. */
  record Document(Map<String, Value> members) implements Value, Fields {

    @Override
    public int bracket() {
      return 20;
    }

    @Override
    public Value get(String name) {
      return members.getOrDefault(name, Missing.MISSING);
    }
  }

  record Array(List<Value> elements) implements Value, Fields {

    @Override
    public int bracket() {
      return 25;
    }

    /** An array as {@code $elemMatch} sees it: an object with the names 0, 1, 2, … */
    @Override
    public Value get(String name) {
      int index = FieldPath.indexOf(name);
      return index >= 0 && index < elements.size() ? elements.get(index) : Missing.MISSING;
    }
  }

  /** An ObjectId. */
  record ObjectId(MessageId value) implements Value {

    @Override
    public int bracket() {
      return 35;
    }
  }

  record Bool(boolean value) implements Value {

    static final Bool TRUE = new Bool(true);
    static final Bool FALSE = new Bool(false);

    static Bool of(boolean value) {
      return value ? TRUE : FALSE;
    }

    @Override
    public int bracket() {
      return 40;
    }
  }

  /** A moment, in milliseconds since 1970. */
  record DateTime(long millis) implements Value {

    @Override
    public int bracket() {
      return 45;
    }
  }
}
