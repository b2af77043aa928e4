package com.iottly.cli.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;

/**
 * How a list of the API goes on.
 *
 * @param size the query parameter that says how many to list; empty when the list has no pages
 * @param most the most that it takes
 * @param next what to add to the query for the next page
 */
public record Paging(String size, int most, Next next) {

  /** From a page to the next one. */
  interface Next {
    Optional<Map.Entry<String, String>> after(JsonNode page, JsonNode rows, int asked);
  }

  /** Pages with a cursor. */
  public static final Paging CURSOR = new Paging("limit", 1_000, Paging::cursor);

  /** The messages of a device, newest first. */
  public static final Paging MESSAGES = new Paging("numMessages", 100, Paging::cursor);

  /** Everything in one answer. */
  public static final Paging WHOLE =
      new Paging("", Integer.MAX_VALUE, (_, _, _) -> Optional.empty());

  /** The next page begins behind the last element, which is named by that member of it. */
  public static Paging behind(String parameter, String member) {
    return new Paging(
        "limit",
        100,
        (_, rows, asked) ->
            rows.size() < asked
                ? Optional.empty()
                : Optional.of(
                    Map.entry(parameter, rows.get(rows.size() - 1).path(member).asText())));
  }

  private static Optional<Map.Entry<String, String>> cursor(
      JsonNode page, JsonNode rows, int asked) {
    return page.path("more").asBoolean()
        ? Optional.of(Map.entry("cursor", page.path("cursor").asText()))
        : Optional.empty();
  }
}
