package com.iottly.platform.live;

import com.iottly.platform.core.CommandChange;
import com.iottly.platform.core.Entry;
import com.iottly.platform.core.Message;
import com.iottly.platform.core.MessageType;
import com.iottly.platform.core.Presence;
import com.iottly.wire.Payload;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The kinds of events. */
enum Kind {
  /** A device sent something, or the platform noted something in its history. */
  MESSAGE,
  /** A device came or went. */
  PRESENCE,
  /** A command came to a new state. */
  COMMAND;

  private static final Map<Presence, Payload> PRESENCE_PAYLOADS =
      Map.of(
          Presence.CONNECTED, Presence.CONNECTED.payload(),
          Presence.DISCONNECTED, Presence.DISCONNECTED.payload());

  String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<Kind> of(String wireName) {
    for (Kind kind : values()) {
      if (kind.wireName().equals(wireName)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  /** The most special kind the entry can be seen as. */
  static Kind of(Entry entry) {
    return switch (entry) {
      case CommandChange _ -> COMMAND;
      case Message message -> presence(message).isPresent() ? PRESENCE : MESSAGE;
    };
  }

  /** What the message says about its device's presence, when that is all it says. */
  static Optional<Presence> presence(Message message) {
    if (message.type() != MessageType.IOTTLYAGENT) {
      return Optional.empty();
    }
    return PRESENCE_PAYLOADS.entrySet().stream()
        .filter(known -> known.getValue().equals(message.payload()))
        .map(Map.Entry::getKey)
        .findFirst();
  }
}
