package com.iottly.platform.webhook;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.iottly.platform.core.Message;
import com.iottly.platform.json.MessageJson;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;

/**
 * A request as it is signed (contract §4).
 *
 * @param id {@code webhook-id}: the same each time this webhook sends this message
 * @param body {@code {"msg": {…}}} with the message as in the paginated call, or the payload alone
 * @param signature {@code webhook-signature}
 */
record Envelope(String id, Instant timestamp, Buffer body, String signature) {

  private static final JsonFactory JSON = new JsonFactory();

  static Envelope of(Webhook webhook, Message message, Instant now) {
    return of(webhook, webhook.id() + "_" + message.id(), message, now);
  }

  static Envelope of(Webhook webhook, String id, Message message, Instant now) {
    byte[] body = webhook.definition().payloadOnly() ? message.payload().bytes() : wrapped(message);
    return new Envelope(id, now, Buffer.buffer(body), webhook.secrets().signature(id, now, body));
  }

  private static byte[] wrapped(Message message) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256 + message.payload().size());
    try (JsonGenerator out = JSON.createGenerator(bytes)) {
      out.writeStartObject();
      out.writeFieldName("msg");
      MessageJson.writePlain(out, message);
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteArray();
  }
}
