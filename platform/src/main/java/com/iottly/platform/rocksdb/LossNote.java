package com.iottly.platform.rocksdb;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.iottly.wire.Payload;
import java.nio.charset.StandardCharsets;

/** What stands in the history in the place of messages that a device's spool lost. */
final class LossNote {

  private LossNote() {}

  /** {@code {"gap":{"from":5,"through":9,"count":5,"reason":"spool full"}}}. */
  static Payload payload(long from, long through, String reason) {
    StringBuilder json = new StringBuilder(96 + reason.length());
    json.append("{\"gap\":{\"from\":").append(from);
    json.append(",\"through\":").append(through);
    json.append(",\"count\":").append(through - from + 1);
    json.append(",\"reason\":\"");
    JsonStringEncoder.getInstance().quoteAsString(reason, json);
    json.append("\"}}");
    return Payload.trusted(json.toString().getBytes(StandardCharsets.UTF_8));
  }
}
