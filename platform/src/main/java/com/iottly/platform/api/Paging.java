package com.iottly.platform.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;

/** Lists by the page: so many, and a cursor with which the next page goes on. */
final class Paging {

  static final Parameter.Count LIMIT =
      new Parameter.Count("limit", 100, 1, 1_000, "How many to list.");
  static final Parameter.Text CURSOR =
      Parameter.Text.of("cursor", "The `cursor` of an answer: goes on behind its last element.");

  private Paging() {}

  /** An answer's form. */
  static Schema page(String name, Schema element) {
    return Schema.object()
        .with(name, Schema.listOf(element))
        .with("more", Schema.flag())
        .maybe("cursor", Schema.text())
        .closed();
  }

  /** Behind which element the call goes on; empty for the first page. */
  static String after(ApiCall call) {
    return CURSOR
        .in(call)
        .map(cursor -> {
          try {
            return new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
          } catch (IllegalArgumentException e) {
            throw badCursor();
          }
        })
        .orElse("");
  }

  static ApiError badCursor() {
    return ApiError.badRequest(
        "bad_parameter", "The query parameter 'cursor' is not one that an answer gave.");
  }

  /**
   * The page of what was found.
   *
   * @param found one more than the limit when there are more
   * @param key what an element is found by again
   */
  static <T> Answer answer(
      ApiCall call,
      String name,
      List<T> found,
      Function<T, ObjectNode> json,
      Function<T, String> key) {
    int limit = LIMIT.in(call);
    List<T> shown = found.subList(0, Math.min(limit, found.size()));
    ObjectNode answer = Json.object();
    ArrayNode list = answer.putArray(name);
    shown.forEach(element -> list.add(json.apply(element)));
    boolean more = found.size() > shown.size();
    answer.put("more", more);
    if (more) {
      byte[] last = key.apply(shown.getLast()).getBytes(StandardCharsets.UTF_8);
      answer.put("cursor", Base64.getUrlEncoder().withoutPadding().encodeToString(last));
    }
    return Answer.ok(answer);
  }

  /** How many to look for, to know whether there are more. */
  static int lookFor(ApiCall call) {
    return LIMIT.in(call) + 1;
  }
}
