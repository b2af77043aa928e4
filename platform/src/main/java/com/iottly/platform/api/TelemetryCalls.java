package com.iottly.platform.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.platform.access.Scope;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.filter.QueryException;
import com.iottly.platform.filter.TimeParameter;
import com.iottly.platform.fleet.Fleet;
import com.iottly.platform.telemetry.Buckets;
import com.iottly.platform.telemetry.NumericField;
import com.iottly.platform.telemetry.Series;
import com.iottly.platform.telemetry.TelemetryLimits;
import com.iottly.platform.telemetry.TelemetryQueries;
import com.iottly.platform.telemetry.TelemetryQueries.Question;
import com.iottly.platform.telemetry.TelemetryResult;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What charts are made of. */
final class TelemetryCalls {

  private static final String TAG = "Telemetry";
  private static final Duration DAY = Duration.ofDays(1);
  private static final Parameter.Text DEVICES =
      Parameter.Text.of(
          "devices", "Ids with commas between, at most " + TelemetryLimits.DEVICES + ".");
  private static final Parameter.Text FIELDS =
      Parameter.Text.of(
          "fields",
          "Paths of numbers in the payload, such as `telemetry.load.1m` or `rooms.0.celsius`, with"
              + " commas between, at most "
              + TelemetryLimits.FIELDS
              + ".");
  private static final Parameter.Text CHANNEL =
      Parameter.Text.of("channel", "Only messages on this channel.");
  private static final Parameter.Text FROM =
      Parameter.Text.of("from", "The earliest moment; default a day before `to`.");
  private static final Parameter.Text TO =
      Parameter.Text.of("to", "Before which moment; default now.");
  private static final Parameter.Count POINTS =
      new Parameter.Count(
          "points", 600, 10, TelemetryLimits.POINTS, "Into how many buckets at most.");
  private static final Schema NUMBER = Schema.real();
  private static final Schema BUCKET =
      Schema.object()
          .with("at", Schema.count().describedAs("Which bucket, from 0."))
          .with("min", NUMBER)
          .with("max", NUMBER)
          .with("mean", NUMBER)
          .with("count", Schema.count())
          .closed()
          .named("TelemetryBucket");
  private static final Schema SERIES =
      Schema.object()
          .with("device", Schema.text())
          .with("field", Schema.text())
          .with("buckets", Schema.listOf(BUCKET).describedAs("Those with numbers, by time."))
          .closed()
          .named("TelemetrySeries");
  private static final Schema FIELD =
      Schema.object()
          .with("field", Schema.text())
          .with("type", Schema.choice("userdefined", "iottlyagent"))
          .with("channel", Schema.text().orNull())
          .with("part", Schema.text().orNull())
          .with("value", NUMBER)
          .with("time", Schema.moment())
          .closed()
          .named("NumericField");

  private final Fleet fleet;
  private final TelemetryQueries telemetry;
  private final InstantSource clock;

  TelemetryCalls(Fleet fleet, TelemetryQueries telemetry, InstantSource clock) {
    this.fleet = fleet;
    this.telemetry = telemetry;
    this.clock = clock;
  }

  List<Route> routes() {
    return List.of(
        Route.get("project/{project}/telemetry")
            .is("getTelemetry", TAG, "Numbers of some devices over time, in buckets")
            .needs(Scope.READ)
            .query(DEVICES, FIELDS, CHANNEL, FROM, TO, POINTS)
            .answers(
                Schema.object()
                    .with("start", Schema.moment().describedAs("Of the first bucket."))
                    .with("bucket_ms", Schema.count())
                    .with("buckets", Schema.count())
                    .with("series", Schema.listOf(SERIES))
                    .closed())
            .refuses(400, QueryException.Code.BAD_TIME.wireName(), "query_too_slow")
            .refuses(403, "wrong_device")
            .to(this::series),
        Route.get("project/{project}/device/{device}/telemetry/fields")
            .is("listNumericFields", TAG, "The numbers in a device's newest messages")
            .needs(Scope.READ)
            .answers(Schema.object().with("fields", Schema.listOf(FIELD)).closed())
            .to(this::fields));
  }

  private Answer fields(ApiCall call) {
    ObjectNode answer = Json.object();
    ArrayNode list = answer.putArray("fields");
    for (NumericField field : telemetry.fields(DeviceCalls.device(fleet, call).id())) {
      list.addObject()
          .put("field", field.path())
          .put("type", field.type().wireName())
          .put("channel", field.channel())
          .put("part", field.part())
          .put("value", field.value())
          .put("time", field.time().toString());
    }
    return Answer.ok(answer);
  }

  private Answer series(ApiCall call) {
    return switch (telemetry.series(question(call))) {
      case TelemetryResult.Found found -> Answer.ok(json(found));
      case TelemetryResult.TooSlow slow ->
          throw ApiError.badRequest("query_too_slow", slow.sentence());
      case TelemetryResult.Busy() ->
          throw ApiError.tooManyRequests(
              "too_many_requests",
              "As many telemetry queries as the server takes at once are being answered. Try again.",
              1);
    };
  }

  private Question question(ApiCall call) {
    List<DeviceId> devices =
        list(call, DEVICES, TelemetryLimits.DEVICES).stream().map(id -> device(call, id)).toList();
    List<String> fields = list(call, FIELDS, TelemetryLimits.FIELDS);
    for (String field : fields) {
      if (field.length() > TelemetryLimits.PATH) {
        throw ApiError.badRequest(
            "bad_parameter",
            "A path in the query parameter 'fields' is longer than "
                + TelemetryLimits.PATH
                + " characters.");
      }
    }
    if (devices.size() * fields.size() > TelemetryLimits.SERIES) {
      throw ApiError.badRequest(
          "bad_parameter",
          "Devices times fields must not be more than "
              + TelemetryLimits.SERIES
              + "; ask more than once.");
    }
    Instant to = time(call, TO).orElseGet(clock::instant);
    Instant from = time(call, FROM).orElse(to.minus(DAY));
    if (!from.isBefore(to)) {
      throw ApiError.badRequest(
          "bad_parameter", "The query parameter 'from' must be a moment before 'to'.");
    }
    String channel = CHANNEL.in(call).orElse(null);
    return new Question(devices, fields, channel, from, to, POINTS.in(call));
  }

  private static List<String> list(ApiCall call, Parameter.Text parameter, int most) {
    List<String> all =
        parameter.in(call).stream()
            .flatMap(text -> Arrays.stream(text.split(",", -1)))
            .filter(text -> !text.isEmpty())
            .distinct()
            .toList();
    if (all.size() > most) {
      throw ApiError.badRequest(
          "bad_parameter",
          "The query parameter '%s' takes at most %d.".formatted(parameter.name(), most));
    }
    return all;
  }

  private DeviceId device(ApiCall call, String text) {
    return DeviceId.parse(text)
        .filter(id -> fleet.devices().find(call.project(), id).isPresent())
        .orElseThrow(DeviceCalls::unknownDevice);
  }

  private static Optional<Instant> time(ApiCall call, Parameter.Text moment) {
    try {
      return moment.in(call).map(text -> TimeParameter.parse(moment.name(), text));
    } catch (QueryException e) {
      throw ApiError.badRequest(e.code().wireName(), String.valueOf(e.getMessage()));
    }
  }

  private static ObjectNode json(TelemetryResult.Found found) {
    Buckets buckets = found.buckets();
    ObjectNode answer =
        Json.object()
            .put("start", Instant.ofEpochMilli(buckets.start()).toString())
            .put("bucket_ms", buckets.width())
            .put("buckets", buckets.count());
    ArrayNode all = answer.putArray("series");
    for (Series series : found.series()) {
      ArrayNode list =
          all.addObject()
              .put("device", series.device().toString())
              .put("field", series.field())
              .putArray("buckets");
      for (int i = 0; i < buckets.count(); i++) {
        if (series.count(i) > 0) {
          list.addObject()
              .put("at", i)
              .put("min", series.min(i))
              .put("max", series.max(i))
              .put("mean", series.mean(i))
              .put("count", series.count(i));
        }
      }
    }
    return answer;
  }
}
