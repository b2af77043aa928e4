package com.iottly.platform.core;

import java.util.Locale;
import java.util.Optional;

/**
 * The life of a command (contract §5).
 *
 * <pre>
 *   QUEUED ──► SENT ──► DELIVERED ──► SUCCEEDED | FAILED
 *     └──────────┴──► EXPIRED | CANCELLED
 * </pre>
 *
 * A later state may arrive without the ones before it (a device's reply can overtake the note that
 * the command was sent); an earlier one never replaces a later one. A device's own word is stronger
 * than the platform's guess, so {@code DELIVERED} and its outcomes also follow {@code EXPIRED}: the
 * command did run.
 */
public enum CommandState {
  QUEUED,
  SENT,
  EXPIRED,
  CANCELLED,
  DELIVERED,
  SUCCEEDED,
  FAILED;

  /** Whether a command in this state may go to that one. */
  public boolean mayBecome(CommandState next) {
    return switch (next) {
      case QUEUED -> false;
      case SENT -> this == QUEUED;
      case EXPIRED, CANCELLED -> this == QUEUED || this == SENT;
      case DELIVERED -> this == QUEUED || this == SENT || this == EXPIRED || this == CANCELLED;
      case SUCCEEDED, FAILED -> this != SUCCEEDED && this != FAILED;
    };
  }

  /** Whether the platform should still try to hand the command to its device. */
  public boolean isPending() {
    return this == QUEUED || this == SENT;
  }

  /** Whether the command is over. */
  public boolean isFinal() {
    return this == SUCCEEDED || this == FAILED || this == EXPIRED || this == CANCELLED;
  }

  /** The name in the public API. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The state of that name, when there is one. */
  public static Optional<CommandState> of(String wireName) {
    for (CommandState state : values()) {
      if (state.wireName().equals(wireName)) {
        return Optional.of(state);
      }
    }
    return Optional.empty();
  }
}
