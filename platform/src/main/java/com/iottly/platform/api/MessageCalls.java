package com.iottly.platform.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.iottly.platform.access.Scope;
import com.iottly.platform.core.Message;
import com.iottly.platform.core.MessageType;
import com.iottly.platform.fleet.Device;
import com.iottly.platform.fleet.Fleet;
import com.iottly.platform.history.Filter;
import com.iottly.platform.history.MessageQueries;
import com.iottly.platform.history.QueryException;
import com.iottly.platform.history.QueryLimits;
import com.iottly.platform.history.QueryResult;
import com.iottly.platform.history.TimeParameter;
import com.iottly.platform.history.Window;
import com.iottly.platform.json.MessageJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The two message calls (contract §2). */
final class MessageCalls {

  private static final int DEFAULT_NEWEST = 10;
  private static final int DEFAULT_PAGE_SIZE = 50;
  private static final JsonFactory JSON = new JsonFactory();

  /** How one message is written. */
  private interface Form {
    void write(JsonGenerator out, Message message) throws IOException;
  }

  private final Fleet fleet;
  private final MessageQueries queries;
  private final QueryLimits limits;

  MessageCalls(Fleet fleet, MessageQueries queries, QueryLimits limits) {
    this.fleet = fleet;
    this.queries = queries;
    this.limits = limits;
  }

  List<Route> routes() {
    return List.of(
        Route.get(
            "project/{project}/messages/{device}", Scope.READ, call -> query(call, this::newest)),
        Route.get(
            "project/{project}/device/{device}/messages/paginated",
            Scope.READ,
            call -> query(call, this::paginated)));
  }

  private static Answer query(ApiCall call, Route.Handler handler) throws InterruptedException {
    try {
      return handler.handle(call);
    } catch (QueryException e) {
      throw ApiError.badRequest(e.code().wireName(), String.valueOf(e.getMessage()));
    }
  }

  private Answer newest(ApiCall call) {
    Device device = DeviceCalls.device(fleet, call);
    int count = call.query().number("numMessages", DEFAULT_NEWEST, 1, limits.messages());
    Filter filter =
        call.query()
            .get("queryJson")
            .filter(text -> !text.isBlank())
            .map(text -> Filter.parse(text, limits))
            .orElse(null);
    String cursor = call.query().get("cursor").orElse(null);
    QueryResult.Found found = found(queries.newest(device.id(), count, filter, cursor));
    return Answer.ok(write(found, MessageJson::writeExtended, true));
  }

  private Answer paginated(ApiCall call) {
    Device device = DeviceCalls.device(fleet, call);
    int page = call.query().number("p", 1, 1, Integer.MAX_VALUE);
    int size = call.query().number("l", DEFAULT_PAGE_SIZE, 1, limits.messages());
    Window window = new Window(types(call), time(call, "from"), time(call, "to"), order(call));
    Optional<String> cursor = call.query().get("cursor");
    if (cursor.isPresent() && call.query().get("p").isPresent()) {
      throw ApiError.badRequest("bad_parameter", "Give a page 'p' or a 'cursor', not both.");
    }
    QueryResult.Found found =
        found(
            cursor.isPresent()
                ? queries.pageAfter(device.id(), window, cursor.get(), size)
                : queries.page(device.id(), window, page, size));
    if (found.messages().isEmpty()) {
      throw ApiError.notFound("no_messages", "No messages match.");
    }
    return Answer.ok(write(found, MessageJson::writePlain, false));
  }

  private static QueryResult.Found found(QueryResult result) {
    return switch (result) {
      case QueryResult.Found found -> found;
      case QueryResult.TooSlow tooSlow ->
          throw ApiError.badRequest("query_too_slow", tooSlow.sentence());
    };
  }

  private static Set<MessageType> types(ApiCall call) {
    String name = call.query().get("type").orElse("all");
    if (name.equals("all")) {
      return EnumSet.allOf(MessageType.class);
    }
    return MessageType.of(name)
        .map(EnumSet::of)
        .orElseThrow(() ->
            ApiError.badRequest(
                "bad_parameter",
                "The query parameter 'type' must be all, userdefined or iottlyagent."));
  }

  private static @Nullable Instant time(ApiCall call, String name) {
    return call.query().get(name).map(text -> TimeParameter.parse(name, text)).orElse(null);
  }

  private static Window.Order order(ApiCall call) {
    return switch (call.query().get("sort").orElse("desc")) {
      case "desc" -> Window.Order.NEWEST_FIRST;
      case "asc" -> Window.Order.OLDEST_FIRST;
      default ->
          throw ApiError.badRequest(
              "bad_parameter", "The query parameter 'sort' must be asc or desc.");
    };
  }

  private static byte[] write(QueryResult.Found found, Form form, boolean withStatus) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);
    try (JsonGenerator out = JSON.createGenerator(bytes)) {
      out.setPrettyPrinter(new Json.OneLine());
      out.writeStartObject();
      if (withStatus) {
        out.writeNumberField("status", 200);
      }
      out.writeArrayFieldStart("messages");
      for (Message message : found.messages()) {
        form.write(out, message);
      }
      out.writeEndArray();
      out.writeBooleanField("more", found.more());
      if (found.next() != null) {
        out.writeStringField("cursor", found.next());
      }
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteArray();
  }
}
