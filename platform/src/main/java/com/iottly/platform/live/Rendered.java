package com.iottly.platform.live;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.iottly.platform.core.CommandChange;
import com.iottly.platform.core.Cursor;
import com.iottly.platform.core.Entry;
import com.iottly.platform.core.Message;
import com.iottly.platform.json.MessageJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * An entry and its JSON, which is made when it is first asked for and the same for everyone. One
 * thread.
 */
final class Rendered {

  private static final JsonFactory JSON = new JsonFactory();

  /**
   * An event as clients get it.
   *
   * @param bytes its size in UTF-8
   */
  record Event(String json, int bytes) {}

  private final Entry entry;
  private final Cursor cursor;
  private final Kind kind;
  private final Map<Kind, Event> events = new EnumMap<>(Kind.class);

  /**
   * @param cursor the place behind the entry
   */
  Rendered(Entry entry, Cursor cursor) {
    this.entry = entry;
    this.cursor = cursor;
    this.kind = Kind.of(entry);
  }

  Entry entry() {
    return entry;
  }

  Cursor cursor() {
    return cursor;
  }

  /** The most special kind it can be seen as. */
  Kind kind() {
    return kind;
  }

  /** The event of that kind, which the entry can be seen as. */
  Event as(Kind kind) {
    return events.computeIfAbsent(
        kind,
        _ -> {
          byte[] json = json(kind);
          return new Event(new String(json, StandardCharsets.UTF_8), json.length);
        });
  }

  private byte[] json(Kind kind) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (JsonGenerator out = JSON.createGenerator(bytes)) {
      out.writeStartObject();
      out.writeStringField("kind", kind.wireName());
      out.writeStringField("cursor", cursor.token());
      switch (entry) {
        case Message message when kind == Kind.PRESENCE -> writePresence(out, message);
        case Message message -> {
          out.writeFieldName("message");
          MessageJson.writePlain(out, message);
        }
        case CommandChange change -> writeChange(out, change);
      }
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteArray();
  }

  private static void writePresence(JsonGenerator out, Message message) throws IOException {
    out.writeStringField("device", message.device().toString());
    out.writeStringField("timestamp", MessageJson.plainDate(message.timestamp()));
    out.writeStringField(
        "operatingstatus", Kind.presence(message).orElseThrow().name().toLowerCase(Locale.ROOT));
  }

  private static void writeChange(JsonGenerator out, CommandChange change) throws IOException {
    out.writeStringField("device", change.device().toString());
    out.writeStringField("timestamp", MessageJson.plainDate(change.timestamp()));
    out.writeStringField("command", change.command().toString());
    out.writeStringField("state", change.state().wireName());
    if (change.error() != null) {
      out.writeStringField("error_detail", change.error());
    }
    if (change.result() != null) {
      out.writeFieldName("result");
      out.writeRawValue(change.result().toString());
    }
  }
}
