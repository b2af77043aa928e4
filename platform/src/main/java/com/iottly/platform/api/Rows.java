package com.iottly.platform.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Function;

/** Calls that do the same for many rows: each is done or refused by itself. */
final class Rows {

  private Rows() {}

  /** The answer's form: for each row what was made of it, or why nothing. */
  static Schema answer(Schema made) {
    Schema error =
        Schema.object().with("error", Schema.text()).with("code", Schema.text()).closed();
    return Schema.object()
        .with("done", Schema.count())
        .with("refused", Schema.count())
        .with("rows", Schema.listOf(Schema.either(made, error)))
        .closed();
  }

  /** Does it for each row, in their order. */
  static Answer each(ArrayNode rows, Function<JsonNode, ObjectNode> work) {
    ObjectNode answer = Json.object();
    ArrayNode results = Json.object().putArray("rows");
    int done = 0;
    for (JsonNode row : rows) {
      try {
        results.add(work.apply(row));
        done++;
      } catch (ApiError e) {
        results.add(e.json());
      }
    }
    answer.put("done", done).put("refused", rows.size() - done).set("rows", results);
    return Answer.ok(answer);
  }
}
