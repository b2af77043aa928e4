package com.iottly.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.iottly.cli.http.Paging;
import com.iottly.cli.http.Platform;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** One device's messages as far as a filter matches them. Ids increase with every message. */
final class MessageHistory {

  private final Platform platform;
  private final String path;
  private final MessageFilter filter;

  MessageHistory(Platform platform, String path, MessageFilter filter) {
    this.platform = platform;
    this.path = path;
    this.filter = filter;
  }

  /** Newest first; answers whether there are more. */
  boolean newestFirst(int limit, Consumer<JsonNode> sink) {
    return each(filter, limit, sink);
  }

  /** The id of the newest message, whether the filter matches it or not. */
  Optional<String> newestId() {
    List<JsonNode> newest = new ArrayList<>();
    boolean _ = each(MessageFilter.EVERYTHING, 1, newest::add);
    return newest.stream().map(MessageHistory::id).findFirst();
  }

  /** The newest of those up to {@code last}, oldest of them first. */
  List<JsonNode> upTo(String last, int limit) {
    List<JsonNode> found = new ArrayList<>();
    boolean _ = each(filter.and("_id", "$lte", oid(last)), limit, found::add);
    return found.reversed();
  }

  /**
   * The oldest of those behind {@code after} and up to {@code last}, oldest first. What is newer is
   * read over, so memory is bound by {@code most}.
   */
  List<JsonNode> between(Optional<String> after, String last, int most) {
    MessageFilter inside =
        after
            .map(id -> filter.and("_id", "$gt", oid(id)))
            .orElse(filter)
            .and("_id", "$lte", oid(last));
    Deque<JsonNode> oldest = new ArrayDeque<>();
    boolean _ =
        each(
            inside,
            Integer.MAX_VALUE,
            message -> {
              oldest.addFirst(message);
              if (oldest.size() > most) {
                oldest.removeLast();
              }
            });
    return Collections.unmodifiableList(new ArrayList<>(oldest));
  }

  static String id(JsonNode message) {
    return message.path("_id").path("$oid").asText();
  }

  private static JsonNode oid(String id) {
    return JsonNodeFactory.instance.objectNode().put("$oid", id);
  }

  private boolean each(MessageFilter matching, int limit, Consumer<JsonNode> sink) {
    Map<String, String> query =
        matching.text().map(text -> Map.of("queryJson", text)).orElse(Map.of());
    return platform.each(path, query, "messages", Paging.MESSAGES, limit, sink);
  }
}
