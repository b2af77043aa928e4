package com.iottly.platform.fleet;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A message definition: a named command or event of a project (contract §5).
 *
 * @param type its name, unique within the project: 1 to 64 letters, digits and {@code _}, not
 *     starting with a digit
 * @param description for people, at most 1,000 characters, may be empty
 * @param direction who sends it
 * @param keywords its parts, at most 50 with different names
 */
public record Definition(
    String type, String description, Direction direction, List<Keyword> keywords) {

  public Definition {
    keywords = List.copyOf(keywords);
  }

  /** Who sends a message. */
  public enum Direction {
    /** To the device. */
    COMMAND,
    /** From the device. */
    EVENT;

    /** The name in the public API. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The direction of that name, when there is one. */
    public static Optional<Direction> of(String wireName) {
      for (Direction direction : values()) {
        if (direction.wireName().equals(wireName)) {
          return Optional.of(direction);
        }
      }
      return Optional.empty();
    }
  }
}
