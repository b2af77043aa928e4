package com.iottly.platform.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.iottly.platform.access.Scope;
import com.iottly.platform.core.Message;
import com.iottly.platform.core.MessageType;
import com.iottly.platform.filter.Filter;
import com.iottly.platform.filter.QueryException;
import com.iottly.platform.filter.QueryLimits;
import com.iottly.platform.filter.TimeParameter;
import com.iottly.platform.fleet.Device;
import com.iottly.platform.fleet.Fleet;
import com.iottly.platform.history.MessageQueries;
import com.iottly.platform.history.QueryResult;
import com.iottly.platform.history.Window;
import com.iottly.platform.json.MessageJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The two message calls (contract §2). */
final class MessageCalls {

  private static final Parameter.Text QUERY_JSON =
      Parameter.Text.of("queryJson", "A MongoDB filter over the message (docs/query-language.md).");
  private static final Parameter.Text CURSOR =
      Parameter.Text.of("cursor", "The `cursor` of an answer: goes on behind its last message.");
  private static final Parameter.Count PAGE =
      new Parameter.Count("p", 1, 1, Integer.MAX_VALUE, "Which page; not with `cursor`.");
  private static final Parameter.Choice TYPE =
      Parameter.Choice.of("type", "Whose messages.", "all", "userdefined", "iottlyagent");
  private static final Parameter.Text FROM =
      Parameter.Text.of("from", "The earliest moment: ISO 8601, or (milli)seconds since 1970.");
  private static final Parameter.Text TO =
      Parameter.Text.of("to", "Before which moment: ISO 8601, or (milli)seconds since 1970.");
  private static final Parameter.Choice SORT =
      Parameter.Choice.of("sort", "By time; default `desc`.", "asc", "desc");
  private static final JsonFactory JSON = new JsonFactory();

  /** How one message is written. */
  private interface Form {
    void write(JsonGenerator out, Message message) throws IOException;
  }

  private final Fleet fleet;
  private final MessageQueries queries;
  private final QueryLimits limits;
  private final Parameter.Count numMessages;
  private final Parameter.Count size;

  MessageCalls(Fleet fleet, MessageQueries queries, QueryLimits limits) {
    this.fleet = fleet;
    this.queries = queries;
    this.limits = limits;
    this.numMessages =
        new Parameter.Count("numMessages", 10, 1, limits.messages(), "How many messages.");
    this.size = new Parameter.Count("l", 50, 1, limits.messages(), "How many on a page.");
  }

  List<Route> routes() {
    Schema beforeOrAfterIso = Schema.object().with("$numberLong", Schema.text()).closed();
    Schema date =
        Schema.object().with("$date", Schema.either(Schema.text(), beforeOrAfterIso)).closed();
    return List.of(
        Route.get("project/{project}/messages/{device}")
            .is("listNewestMessages", "Messages", "The newest messages, with ids")
            .original()
            .needs(Scope.READ)
            .query(numMessages, QUERY_JSON, CURSOR)
            .answers(
                pageMembers(
                    Schema.object().with("status", Schema.count()),
                    messageMembers(
                        Schema.object()
                            .with("_id", Schema.object().with("$oid", Schema.text()).closed()),
                        date)))
            .refuses(400, codes())
            .to(call -> query(call, this::newest)),
        Route.get("project/{project}/device/{device}/messages/paginated")
            .is("listMessages", "Messages", "Messages by page or cursor, with plain dates")
            .original()
            .needs(Scope.READ)
            .query(PAGE, size, TYPE, FROM, TO, SORT, CURSOR)
            .answers(pageMembers(Schema.object(), messageMembers(Schema.object(), Schema.text())))
            .refuses(400, codes())
            .refuses(404, "no_messages")
            .to(call -> query(call, this::paginated)));
  }

  private static String[] codes() {
    return Stream.concat(
            Arrays.stream(QueryException.Code.values()).map(QueryException.Code::wireName),
            Stream.of("query_too_slow"))
        .toArray(String[]::new);
  }

  private static Schema messageMembers(Schema.Members members, Schema date) {
    return members
        .with("from", Schema.text())
        .with("to", Schema.text())
        .with("timestamp", date)
        .with("devicetimestamp", date)
        .with("type", Schema.choice("userdefined", "iottlyagent"))
        .maybe("channel", Schema.text())
        .with("payload", Schema.anyObject())
        .closed();
  }

  private static Schema pageMembers(Schema.Members members, Schema message) {
    return members
        .with("messages", Schema.listOf(message))
        .with("more", Schema.flag())
        .maybe("cursor", Schema.text())
        .closed();
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
    int count = numMessages.in(call);
    Filter filter =
        QUERY_JSON
            .in(call)
            .filter(text -> !text.isBlank())
            .map(text -> Filter.parse(text, limits))
            .orElse(null);
    String cursor = CURSOR.in(call).orElse(null);
    QueryResult.Found found = found(queries.newest(device.id(), count, filter, cursor));
    return Answer.ok(write(found, MessageJson::writeExtended, true));
  }

  private Answer paginated(ApiCall call) {
    Device device = DeviceCalls.device(fleet, call);
    int page = PAGE.in(call);
    int size = this.size.in(call);
    Window window = new Window(types(call), time(call, FROM), time(call, TO), order(call));
    Optional<String> cursor = CURSOR.in(call);
    if (cursor.isPresent() && call.query().get(PAGE.name()).isPresent()) {
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
    return TYPE.in(call)
        .flatMap(MessageType::of)
        .map(EnumSet::of)
        .orElseGet(() -> EnumSet.allOf(MessageType.class));
  }

  private static @Nullable Instant time(ApiCall call, Parameter.Text moment) {
    return moment.in(call).map(text -> TimeParameter.parse(moment.name(), text)).orElse(null);
  }

  private static Window.Order order(ApiCall call) {
    return SORT.in(call).filter("asc"::equals).isPresent()
        ? Window.Order.OLDEST_FIRST
        : Window.Order.NEWEST_FIRST;
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
