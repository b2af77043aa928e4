package com.iottly.platform.core;

import java.util.Optional;
import java.util.UUID;

/**
 * The identity of a device (contract §1): unique over all projects.
 *
 * @param value a UUID, written in its canonical lower-case form
 */
public record DeviceId(UUID value) {

  /** The id in this text, when it is a UUID in canonical form. */
  public static Optional<DeviceId> parse(String text) {
    try {
      UUID value = UUID.fromString(text);
      return value.toString().equals(text) ? Optional.of(new DeviceId(value)) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
