package com.iottly.platform.core;

import java.util.Optional;
import java.util.UUID;

/**
 * The identity of one command.
 *
 * @param value a random UUID
 */
public record CommandId(UUID value) {

  /** The id in this text, when it is a UUID in canonical form. */
  public static Optional<CommandId> parse(String text) {
    return DeviceId.parse(text).map(device -> new CommandId(device.value()));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
