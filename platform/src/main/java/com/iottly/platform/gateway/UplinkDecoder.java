package com.iottly.platform.gateway;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.iottly.platform.core.CommandId;
import com.iottly.platform.core.CommandState;
import com.iottly.platform.core.MessageType;
import com.iottly.platform.core.Uplink;
import com.iottly.wire.CloseCode;
import com.iottly.wire.Frame.DeviceMessage;
import com.iottly.wire.Payload;
import com.iottly.wire.WireException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a device's message means to the journal ({@code docs/protocol.md}, Commands). */
final class UplinkDecoder {

  /** How much of a device's error sentence is kept, in characters. */
  static final int MAX_ERROR_LENGTH = 2_000;

  /** No command has it, so that a reply to an id we never gave out changes nothing. */
  private static final CommandId UNKNOWN = new CommandId(new UUID(0, 0));

  private static final JsonFactory JSON = new JsonFactory();

  private UplinkDecoder() {}

  /**
   * Decodes one message.
   *
   * @throws WireException when a command reply has no usable id or state
   */
  static Uplink decode(DeviceMessage message) {
    return switch (message.kind()) {
      case IOTTLYAGENT -> newMessage(MessageType.IOTTLYAGENT, message);
      case USERDEFINED -> newMessage(MessageType.USERDEFINED, message);
      case COMMAND_REPLY -> commandReply(message.payload());
    };
  }

  private static Uplink newMessage(MessageType type, DeviceMessage message) {
    return new Uplink.NewMessage(
        type,
        Instant.ofEpochMilli(message.deviceTime()),
        message.clockTrusted(),
        message.channel(),
        message.payload());
  }

  private static Uplink commandReply(Payload payload) {
    Optional<CommandId> id = Optional.empty();
    Optional<CommandState> state = Optional.empty();
    String error = null;
    Payload result = null;
    try (JsonParser parser = JSON.createParser(payload.bytes())) {
      var _ = parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (name.equals("result") && value == JsonToken.START_OBJECT) {
          result = object(parser, payload);
        } else if (value != JsonToken.VALUE_STRING) {
          parser.skipChildren();
        } else {
          switch (name) {
            case "id" -> id = Optional.of(CommandId.parse(parser.getText()).orElse(UNKNOWN));
            case "state" -> state = reported(parser.getText());
            case "error" -> error = truncated(parser.getText());
            default -> {
              // The protocol lets devices add members of their own.
            }
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
    if (id.isEmpty() || state.isEmpty()) {
      throw new WireException(
          CloseCode.BAD_FRAME,
          "a command reply needs the command's \"id\" and a \"state\" of delivered, succeeded or"
              + " failed");
    }
    return new Uplink.CommandReply(id.get(), state.get(), error, result);
  }

  private static Optional<CommandState> reported(String name) {
    return CommandState.of(name)
        .filter(state ->
            switch (state) {
              case DELIVERED, SUCCEEDED, FAILED -> true;
              case QUEUED, SENT, EXPIRED, CANCELLED -> false;
            });
  }

  private static Payload object(JsonParser parser, Payload whole) throws IOException {
    int start = (int) parser.currentTokenLocation().getByteOffset();
    parser.skipChildren();
    int end = (int) parser.currentLocation().getByteOffset();
    return Payload.trusted(Arrays.copyOfRange(whole.bytes(), start, end));
  }

  private static @Nullable String truncated(@Nullable String error) {
    return error == null || error.length() <= MAX_ERROR_LENGTH
        ? error
        : error.substring(0, MAX_ERROR_LENGTH);
  }
}
