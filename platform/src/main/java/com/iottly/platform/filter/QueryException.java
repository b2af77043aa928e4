package com.iottly.platform.filter;

/** A question that can't be asked: the message is a sentence for whoever asked it. */
public final class QueryException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final Code code;

  /**
   * A refusal.
   *
   * @param message what is wrong and what to do, for whoever asked
   */
  public QueryException(Code code, String message) {
    super(message);
    this.code = code;
  }

  /** What is wrong, for programs. */
  public Code code() {
    return code;
  }

  /** The kinds of bad questions. */
  public enum Code {
    /** The filter is not a JSON object. */
    FILTER_NOT_JSON("filter_not_json"),
    /** The filter goes beyond one of the {@link QueryLimits}. */
    FILTER_TOO_LARGE("filter_too_large"),
    /** The filter uses an operator that is not part of the language here. */
    UNKNOWN_OPERATOR("unknown_operator"),
    /** An operator stands where it can't, or got an operand that it can't take. */
    BAD_OPERAND("bad_operand"),
    /** An extended-JSON literal such as {@code $date} is malformed or of no use here. */
    BAD_LITERAL("bad_literal"),
    /** A regular expression is malformed or can't run in linear time. */
    BAD_REGEX("bad_regex"),
    /** A cursor was not made by the call it was given to. */
    BAD_CURSOR("bad_cursor"),
    /** A text is not a time. */
    BAD_TIME("bad_time"),
    /** A number is outside of its range. */
    OUT_OF_RANGE("out_of_range");

    private final String wireName;

    Code(String wireName) {
      this.wireName = wireName;
    }

    /** The stable name in the public contract. */
    public String wireName() {
      return wireName;
    }
  }
}
