package com.iottly.platform.live;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import com.iottly.wire.Payload;
import java.util.UUID;

/** What the platform says about channels ({@code docs/streaming.md}): text frames of JSON. */
final class ChannelReplies {

  private ChannelReplies() {}

  static String opened(Request.Open request, UUID session, int credit, Payload info) {
    return Frames.answer("opened", request.id())
        .put("channel", request.channel())
        .put("session", session.toString())
        .put("credit", credit)
        .putRawValue("info", raw(info))
        .toString();
  }

  static String credit(int channel, int bytes) {
    return frame("credit", channel).put("bytes", bytes).toString();
  }

  static String control(int channel, Payload control) {
    return frame("control", channel).putRawValue("control", raw(control)).toString();
  }

  static String interrupted(int channel) {
    return frame("interrupted", channel).toString();
  }

  static String resumed(int channel, Payload info) {
    return frame("resumed", channel).putRawValue("info", raw(info)).toString();
  }

  static String closed(int channel, String code, Payload result) {
    return frame("closed", channel).put("code", code).putRawValue("result", raw(result)).toString();
  }

  private static ObjectNode frame(String op, int channel) {
    return Frames.frame(op).put("channel", channel);
  }

  private static RawValue raw(Payload json) {
    return new RawValue(json.toString());
  }
}
