package com.iottly.cli.show;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * One thing that people see of an element.
 *
 * @param heading above it
 * @param cell makes it of the element, as seen at a moment
 */
public record Column(String heading, BiFunction<JsonNode, Instant, Cell> cell) {

  private static final String NOTHING = "-";

  /** A text and how it stands out. */
  public record Cell(String text, Colour colour) {}

  /** A member as it is. */
  public static Column text(String heading, String member) {
    return of(heading, element -> plain(element.path(member)));
  }

  /** What the function makes of the element. */
  public static Column of(String heading, Function<JsonNode, String> text) {
    return new Column(
        heading,
        (element, _) -> {
          String made = text.apply(element);
          return new Cell(made.isEmpty() ? NOTHING : Text.safe(made), Colour.PLAIN);
        });
  }

  /** A member that is one of some states. */
  public static Column state(String heading, String member) {
    return new Column(
        heading,
        (element, _) -> {
          String state = plain(element.path(member));
          return new Cell(Text.safe(state), Colour.of(state));
        });
  }

  /** A member that is a moment, as a distance from now. */
  public static Column time(String heading, String member) {
    return new Column(
        heading,
        (element, now) -> new Cell(Text.safe(relative(element.path(member), now)), Colour.PLAIN));
  }

  private static String relative(JsonNode moment, Instant now) {
    try {
      return moment.isTextual()
          ? Text.relative(Instant.parse(moment.textValue()), now)
          : plain(moment);
    } catch (DateTimeException e) {
      return moment.asText();
    }
  }

  private static String plain(JsonNode node) {
    if (node.isArray()) {
      List<String> parts = new ArrayList<>();
      node.forEach(part -> parts.add(plain(part)));
      return parts.isEmpty() ? NOTHING : String.join(",", parts);
    }
    if (node.isObject()) {
      return node.toString();
    }
    String text = node.asText("");
    return node.isNull() || text.isEmpty() ? NOTHING : text;
  }
}
