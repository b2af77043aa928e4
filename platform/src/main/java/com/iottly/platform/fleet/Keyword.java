package com.iottly.platform.fleet;

import java.util.List;

/**
 * A named part of a definition.
 *
 * @param name 1 to 64 letters, digits and {@code _}, not starting with a digit
 * @param kind which values it takes
 */
public record Keyword(String name, Kind kind) {

  /** Which values a keyword takes. */
  public sealed interface Kind {}

  /** This value, unless a caller gives another. */
  public record FixedValue(String value) implements Kind {}

  /**
   * One of these values.
   *
   * @param values 1 to 100 different ones
   */
  public record MultipleChoice(List<String> values) implements Kind {
    public MultipleChoice {
      values = List.copyOf(values);
    }
  }

  /** Any string, number or boolean. */
  public record FreeValue() implements Kind {}
}
