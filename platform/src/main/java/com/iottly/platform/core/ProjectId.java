package com.iottly.platform.core;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The identity of a project: 24 lower-case hex digits (contract §1).
 *
 * @param value the digits
 */
public record ProjectId(String value) {

  private static final Pattern SHAPE = Pattern.compile("[0-9a-f]{24}");

  public ProjectId {
    if (!SHAPE.matcher(value).matches()) {
      throw new IllegalArgumentException("a project id has 24 lower-case hex digits");
    }
  }

  /** The id in this text, when it has the shape of one. */
  public static Optional<ProjectId> parse(String text) {
    return SHAPE.matcher(text).matches() ? Optional.of(new ProjectId(text)) : Optional.empty();
  }

  @Override
  public String toString() {
    return value;
  }
}
