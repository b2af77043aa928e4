package com.iottly.platform.fleet;

import java.util.Optional;

/** The kind of machine a project's devices are, which decides the agent they get. */
public enum DeviceType {
  LINUX_AMD64("Linux AMD64"),
  LINUX_ARM64("Linux ARM64");

  private final String label;

  DeviceType(String label) {
    this.label = label;
  }

  /** The name in the public contract ({@code board} of {@code inspect}). */
  public String label() {
    return label;
  }

  /** The type of that name, when there is one. */
  public static Optional<DeviceType> of(String label) {
    for (DeviceType type : values()) {
      if (type.label.equals(label)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
