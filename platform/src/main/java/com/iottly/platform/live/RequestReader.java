package com.iottly.platform.live;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.platform.core.Cursor;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.MessageType;
import com.iottly.platform.filter.Filter;
import com.iottly.platform.filter.QueryException;
import com.iottly.platform.filter.QueryLimits;
import com.iottly.platform.filter.TimeParameter;
import com.iottly.platform.live.Request.From;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads what a client asks for; refuses what it does not understand. */
final class RequestReader {

  private static final int MAX_DEPTH = 64;
  private static final int MAX_NAME = 64;
  private static final int MAX_CURSOR = 200;
  private static final int DEFAULT_CREDIT = 256 << 10;
  private static final Pattern SERVICE = Pattern.compile("[a-z][a-z0-9_-]{0,31}");
  private static final List<String> OPS =
      List.of("subscribe", "unsubscribe", "ping", "open", "credit", "control", "close");
  private static final List<String> OF_EVERY_REQUEST = List.of("v", "id", "op");

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private final StreamLimits limits;
  private final QueryLimits queryLimits;

  RequestReader(StreamLimits limits, QueryLimits queryLimits) {
    this.limits = limits;
    this.queryLimits = queryLimits;
  }

  /** The JSON object in a frame. */
  static ObjectNode object(String frame) {
    try {
      if (JSON.readTree(frame) instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      // refused below, as JSON that is no object is
    }
    throw new StreamException(
        "bad_json", "A frame must be one JSON object, without a member twice, as text.");
  }

  /** How the client calls its request; none when that is no name. */
  static Request.Id id(ObjectNode frame) {
    JsonNode id = frame.get("id");
    boolean isNumber = id != null && id.isIntegralNumber() && id.canConvertToLong();
    boolean isName = id != null && id.isTextual() && id.textValue().length() <= MAX_NAME;
    return isNumber || isName ? new Request.Id(id) : Request.Id.NONE;
  }

  /**
   * The request in a frame.
   *
   * @throws StreamException when there is none
   */
  Request read(ObjectNode frame) {
    Request.Id id = id(frame);
    if (frame.has("id") && id.value() == null) {
      throw bad("id", "a whole number or a text of at most " + MAX_NAME + " characters");
    }
    JsonNode version = frame.get("v");
    if (version != null && !(version.isInt() && version.intValue() == Frames.VERSION)) {
      throw new StreamException(
          "unsupported_version", "This platform speaks version " + Frames.VERSION + " only.");
    }
    String op = text(frame, "op").orElse("");
    return switch (op) {
      case "subscribe" -> subscribe(id, frame);
      case "unsubscribe" -> {
        requireOnly(frame, "subscription");
        yield new Request.Unsubscribe(id, name(frame));
      }
      case "ping" -> {
        requireOnly(frame);
        yield new Request.Ping(id);
      }
      case "open" -> open(id, frame);
      case "credit" -> {
        requireOnly(frame, "channel", "bytes");
        yield new Request.Credit(id, channel(frame), number(frame.get("bytes"), "bytes", 1));
      }
      case "control" -> {
        requireOnly(frame, "channel", "control");
        yield new Request.Control(id, channel(frame), object(frame, "control"));
      }
      case "close" -> {
        requireOnly(frame, "channel");
        yield new Request.Close(id, channel(frame));
      }
      default ->
          throw new StreamException("unknown_op", "\"op\" must be one of " + quoted(OPS) + ".");
    };
  }

  private static Request open(Request.Id id, ObjectNode frame) {
    requireOnly(frame, "channel", "device", "service", "arguments", "credit");
    return new Request.Open(
        id,
        channel(frame),
        text(frame, "device")
            .flatMap(DeviceId::parse)
            .orElseThrow(() -> bad("device", "a device id, which is a UUID")),
        text(frame, "service")
            .filter(name -> SERVICE.matcher(name).matches())
            .orElseThrow(() ->
                bad("service", "the name of a service, like \"shell\", \"logs\" or \"files\"")),
        object(frame, "arguments"),
        frame.has("credit") ? number(frame.get("credit"), "credit", 0) : DEFAULT_CREDIT);
  }

  private static int channel(ObjectNode frame) {
    return number(frame.get("channel"), "channel", 1);
  }

  private static int number(@Nullable JsonNode node, String member, int least) {
    if (node == null || !node.isInt() || node.intValue() < least) {
      throw bad(member, "a whole number from " + least + " to 2147483647");
    }
    return node.intValue();
  }

  private static ObjectNode object(ObjectNode frame, String member) {
    JsonNode node = frame.path(member);
    if (node.isMissingNode()) {
      return frame.objectNode();
    }
    if (!(node instanceof ObjectNode object)) {
      throw bad(member, "a JSON object");
    }
    return object;
  }

  private Request subscribe(Request.Id id, ObjectNode frame) {
    requireOnly(frame, "subscription", "kinds", "devices", "type", "channel", "queryJson", "from");
    return new Request.Subscribe(
        id,
        name(frame),
        new Selection(
            kinds(frame.get("kinds")),
            devices(frame.get("devices")),
            type(frame),
            text(frame, "channel").orElse(null),
            filter(frame.get("queryJson"))),
        from(frame.get("from")));
  }

  private static void requireOnly(ObjectNode object, String... members) {
    Set<String> unknown = new TreeSet<>();
    object.fieldNames().forEachRemaining(unknown::add);
    OF_EVERY_REQUEST.forEach(unknown::remove);
    List.of(members).forEach(unknown::remove);
    if (!unknown.isEmpty()) {
      throw new StreamException(
          "unknown_member",
          "The member \""
              + shortened(unknown.iterator().next())
              + "\" means nothing here; allowed are "
              + quoted(Arrays.asList(members))
              + ".");
    }
  }

  private static String name(ObjectNode frame) {
    return text(frame, "subscription")
        .filter(name -> !name.isEmpty() && name.length() <= MAX_NAME)
        .orElseThrow(() ->
            bad(
                "subscription",
                "a name of your choice, a text of 1 to " + MAX_NAME + " characters"));
  }

  private static Set<Kind> kinds(@Nullable JsonNode node) {
    if (node == null) {
      return EnumSet.of(Kind.MESSAGE);
    }
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    for (JsonNode kind : node) {
      kinds.add(Kind.of(kind.asText()).orElseThrow(RequestReader::badKinds));
    }
    if (!node.isArray() || kinds.isEmpty()) {
      throw badKinds();
    }
    return kinds;
  }

  private static StreamException badKinds() {
    return bad(
        "kinds", "a list of " + quoted(Arrays.stream(Kind.values()).map(Kind::wireName).toList()));
  }

  private Set<DeviceId> devices(@Nullable JsonNode node) {
    if (node == null) {
      return Set.of();
    }
    if (!node.isArray() || node.isEmpty() || node.size() > limits.devices()) {
      throw bad("devices", "a list of 1 to " + limits.devices() + " device ids");
    }
    Set<DeviceId> devices = new HashSet<>();
    for (JsonNode device : node) {
      devices.add(
          DeviceId.parse(device.asText())
              .orElseThrow(() -> bad("devices", "a list of device ids, which are UUIDs")));
    }
    return devices;
  }

  private static @Nullable MessageType type(ObjectNode frame) {
    return text(frame, "type")
        .filter(name -> !name.equals("all"))
        .map(name ->
            MessageType.of(name)
                .orElseThrow(() -> bad("type", "\"all\", \"userdefined\" or \"iottlyagent\"")))
        .orElse(null);
  }

  private @Nullable Filter filter(@Nullable JsonNode node) {
    if (node == null) {
      return null;
    }
    if (!node.isObject() && !node.isTextual()) {
      throw bad("queryJson", "a MongoDB filter, as a JSON object or as its text");
    }
    try {
      return Filter.parse(node.isTextual() ? node.textValue() : node.toString(), queryLimits);
    } catch (QueryException e) {
      throw new StreamException(e.code().wireName(), String.valueOf(e.getMessage()));
    }
  }

  private static From from(@Nullable JsonNode node) {
    if (node == null || node.asText().equals("now")) {
      return new From.Now();
    }
    String cursor = node.path("cursor").asText("");
    if (node.size() == 1 && !cursor.isEmpty() && cursor.length() <= MAX_CURSOR) {
      return new From.Behind(new Cursor(cursor));
    }
    if (node.size() == 1 && node.path("time").isValueNode() && !node.path("time").isNull()) {
      try {
        return new From.Moment(TimeParameter.parse("time", node.get("time").asText()));
      } catch (QueryException e) {
        throw new StreamException(e.code().wireName(), String.valueOf(e.getMessage()));
      }
    }
    throw bad("from", "\"now\", {\"cursor\": \"…\"} or {\"time\": \"…\"}");
  }

  private static Optional<String> text(ObjectNode frame, String member) {
    JsonNode node = frame.get(member);
    if (node == null) {
      return Optional.empty();
    }
    if (!node.isTextual()) {
      throw bad(member, "a text");
    }
    return Optional.of(node.textValue());
  }

  private static StreamException bad(String member, String allowed) {
    return new StreamException("bad_member", "\"" + member + "\" must be " + allowed + ".");
  }

  private static String quoted(List<String> names) {
    return names.isEmpty()
        ? "no others"
        : names.stream().map(name -> "\"" + name + "\"").collect(Collectors.joining(", "));
  }

  private static String shortened(String name) {
    return name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME) + "…";
  }
}
