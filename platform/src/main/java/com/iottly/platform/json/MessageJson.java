package com.iottly.platform.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.iottly.platform.core.Message;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Messages as JSON in the two forms of contract §2. The payload's bytes are written as they are,
 * white space and all.
 */
public final class MessageJson {

  private static final Instant FIRST_ISO = Instant.EPOCH;
  private static final Instant BEHIND_ISO = Instant.parse("+10000-01-01T00:00:00Z");

  private MessageJson() {}

  /**
   * The form of {@code GET project/<P>/messages/<D>}: ids and dates in MongoDB's relaxed extended
   * JSON v2, where a date has three digits of fraction or, when they are zero, none, and one before
   * 1970 or after 9999 is a {@code $numberLong} of milliseconds.
   */
  public static void writeExtended(JsonGenerator out, Message message) throws IOException {
    out.writeStartObject();
    out.writeObjectFieldStart("_id");
    out.writeStringField("$oid", message.id().toString());
    out.writeEndObject();
    writeParties(out, message);
    writeExtendedDate(out, "timestamp", message.timestamp());
    writeExtendedDate(out, "devicetimestamp", message.deviceTimestamp());
    writeContent(out, message);
    out.writeEndObject();
  }

  /**
   * The form of the paginated call and of webhooks: plain dates in UTC without a zone, whose
   * fraction is dropped when it is zero, and no {@code _id}.
   */
  public static void writePlain(JsonGenerator out, Message message) throws IOException {
    out.writeStartObject();
    writeParties(out, message);
    out.writeStringField("timestamp", plainDate(message.timestamp()));
    out.writeStringField("devicetimestamp", plainDate(message.deviceTimestamp()));
    writeContent(out, message);
    out.writeEndObject();
  }

  private static void writeParties(JsonGenerator out, Message message) throws IOException {
    out.writeStringField("from", message.device().toString());
    out.writeStringField("to", message.project().toString());
  }

  private static void writeContent(JsonGenerator out, Message message) throws IOException {
    out.writeStringField("type", message.type().wireName());
    String channel = message.channel();
    if (channel != null) {
      out.writeStringField("channel", channel);
    }
    out.writeFieldName("payload");
    out.writeRawValue(new RawJson(message.payload().bytes()));
  }

  private static void writeExtendedDate(JsonGenerator out, String name, Instant instant)
      throws IOException {
    out.writeObjectFieldStart(name);
    if (instant.isBefore(FIRST_ISO) || !instant.isBefore(BEHIND_ISO)) {
      out.writeObjectFieldStart("$date");
      out.writeStringField("$numberLong", Long.toString(instant.toEpochMilli()));
      out.writeEndObject();
    } else {
      out.writeStringField("$date", isoDate(instant));
    }
    out.writeEndObject();
  }

  /** With three digits of fraction or none. */
  private static String isoDate(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MILLIS).toString();
  }

  /** A plain date, as in {@link #writePlain}. */
  public static String plainDate(Instant instant) {
    String date = isoDate(instant);
    return date.substring(0, date.length() - 1);
  }
}
