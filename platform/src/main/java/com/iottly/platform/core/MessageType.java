package com.iottly.platform.core;

import java.util.Optional;

/** Who made a message (contract §1). */
public enum MessageType {
  /** The agent itself, or the platform on its behalf (presence, declared gaps). */
  IOTTLYAGENT("iottlyagent"),
  /** A management script or an on-device app. */
  USERDEFINED("userdefined");

  private final String wireName;

  MessageType(String wireName) {
    this.wireName = wireName;
  }

  /** The name in the public contract. */
  public String wireName() {
    return wireName;
  }

  /** The type of that name, when there is one. */
  public static Optional<MessageType> of(String wireName) {
    for (MessageType type : values()) {
      if (type.wireName.equals(wireName)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
