package com.iottly.platform.filter;

import com.iottly.platform.core.Message;
import com.iottly.platform.filter.Value.DateTime;
import com.iottly.platform.filter.Value.Document;
import com.iottly.platform.filter.Value.Missing;
import com.iottly.platform.filter.Value.ObjectId;
import com.iottly.platform.filter.Value.Text;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A message as filters see it: its public form. The payload is read once, when it is asked for. */
final class MessageDocument implements Value.Fields {

  private final Message message;
  private final @Nullable Set<String> payloadNames;
  private @Nullable Document payload;

  /**
   * @param payloadNames the only top-level members of the payload that will be asked for, or null
   *     for all
   */
  MessageDocument(Message message, @Nullable Set<String> payloadNames) {
    this.message = message;
    this.payloadNames = payloadNames;
  }

  @Override
  public Value get(String name) {
    return switch (name) {
      case "_id" -> new ObjectId(message.id());
      case "from" -> new Text(message.device().toString());
      case "to" -> new Text(message.project().toString());
      case "timestamp" -> new DateTime(message.timestamp().toEpochMilli());
      case "devicetimestamp" -> new DateTime(message.deviceTimestamp().toEpochMilli());
      case "type" -> new Text(message.type().wireName());
      case "channel" -> {
        String channel = message.channel();
        yield channel == null ? Missing.MISSING : new Text(channel);
      }
      case "payload" -> payload();
      default -> Missing.MISSING;
    };
  }

  private Document payload() {
    Document read = payload;
    if (read == null) {
      read = JsonValues.ofPayload(message.payload(), payloadNames);
      payload = read;
    }
    return read;
  }
}
