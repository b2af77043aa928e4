package com.iottly.platform.history;

import com.iottly.platform.core.History;
import com.iottly.platform.core.MessageId;
import com.iottly.platform.core.MessageType;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The messages that a paginated call looks at (contract §2).
 *
 * @param types only these types
 * @param from inclusive, or null
 * @param to exclusive, or null
 * @param order of the answer
 */
public record Window(
    Set<MessageType> types, @Nullable Instant from, @Nullable Instant to, Order order) {

  /** All messages, newest first. */
  public static final Window ALL =
      new Window(EnumSet.allOf(MessageType.class), null, null, Order.NEWEST_FIRST);

  public Window {
    types = Set.copyOf(types);
  }

  /** Which end comes first. */
  public enum Order {
    NEWEST_FIRST,
    OLDEST_FIRST
  }

  boolean newestFirst() {
    return order == Order.NEWEST_FIRST;
  }

  boolean isNothing() {
    return types.isEmpty() || (from != null && to != null && !from.isBefore(to));
  }

  History.Range behind(@Nullable MessageId after) {
    return new History.Range(from, to, after, types, newestFirst());
  }
}
