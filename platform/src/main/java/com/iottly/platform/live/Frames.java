package com.iottly.platform.live;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.platform.core.Cursor;
import java.time.Instant;
import java.util.Map;

/** What the platform says ({@code docs/streaming.md}): text frames of JSON. */
final class Frames {

  static final int VERSION = 1;

  private Frames() {}

  static String hello(StreamClient client, StreamLimits limits, Instant now) {
    ObjectNode frame = frame("hello");
    frame.put("project", client.project().value());
    frame.put("time", now.toString());
    frame.put("heartbeat", limits.heartbeat().toSeconds());
    frame
        .putObject("limits")
        .put("frame_bytes", limits.frameBytes())
        .put("subscriptions", limits.subscriptions())
        .put("devices", limits.devices());
    return frame.toString();
  }

  static String pong(Request.Id id, Instant now) {
    return answer("pong", id).put("time", now.toString()).toString();
  }

  static String subscribed(Request.Id id, String subscription, Cursor cursor) {
    return answer("subscribed", id)
        .put("subscription", subscription)
        .put("cursor", cursor.token())
        .toString();
  }

  static String unsubscribed(Request.Id id, String subscription) {
    return answer("unsubscribed", id).put("subscription", subscription).toString();
  }

  static String error(Request.Id id, StreamException e) {
    return answer("error", id).put("code", e.code()).put("error", e.sentence()).toString();
  }

  /** The past is told; from here on it is the present. */
  static String live(String subscription, Cursor cursor) {
    return notice("live", subscription, cursor).toString();
  }

  static String lagged(String subscription, long missed, Cursor cursor) {
    return notice("lagged", subscription, cursor).put("missed", missed).toString();
  }

  /** The platform gives a subscription up. */
  static String ended(String subscription, Cursor cursor, StreamException why) {
    return notice("ended", subscription, cursor)
        .put("code", why.code())
        .put("error", why.sentence())
        .toString();
  }

  static String heartbeat(Instant now, Map<String, Cursor> cursors) {
    ObjectNode frame = frame("heartbeat").put("time", now.toString());
    ObjectNode places = frame.putObject("cursors");
    cursors.forEach((subscription, cursor) -> places.put(subscription, cursor.token()));
    return frame.toString();
  }

  /** What stands before the events of a subscription. */
  static String eventsHead(String subscription) {
    return "{\"v\":%d,\"op\":\"events\",\"subscription\":\"%s\",\"events\":["
        .formatted(
            VERSION, new String(JsonStringEncoder.getInstance().quoteAsString(subscription)));
  }

  static ObjectNode frame(String op) {
    return JsonNodeFactory.instance.objectNode().put("v", VERSION).put("op", op);
  }

  static ObjectNode answer(String op, Request.Id id) {
    ObjectNode frame = frame(op);
    if (id.value() != null) {
      frame.set("id", id.value());
    }
    return frame;
  }

  private static ObjectNode notice(String op, String subscription, Cursor cursor) {
    return frame(op).put("subscription", subscription).put("cursor", cursor.token());
  }
}
