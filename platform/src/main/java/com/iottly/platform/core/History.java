package com.iottly.platform.core;

import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one device in the order of their timestamps, ties by journal position. Reads
 * block on disk: not for event loops. Any thread; a scan belongs to one thread at a time.
 */
public interface History {

  /** Opens a scan; it sees the messages that were durable when it was opened. */
  Scan scan(DeviceId device, Range range);

  /** When the device's newest message was stored; empty when there is none. */
  Optional<Instant> newest(DeviceId device);

  /**
   * Which messages, in which order.
   *
   * @param from inclusive, or null for the oldest retained
   * @param to exclusive, or null for the newest
   * @param after only messages behind this one in the direction of the scan, or null
   * @param types only these types
   * @param newestFirst the direction
   */
  record Range(
      @Nullable Instant from,
      @Nullable Instant to,
      @Nullable MessageId after,
      Set<MessageType> types,
      boolean newestFirst) {
    public Range {
      types = Set.copyOf(types);
    }

    /** Everything, newest first. */
    public static Range newest() {
      return new Range(null, null, null, EnumSet.allOf(MessageType.class), true);
    }
  }

  /** A bounded-memory walk over messages. */
  interface Scan extends AutoCloseable {

    /** Passes over up to {@code count} messages without reading their payloads. */
    long skip(long count);

    /** The next message, or null at the end. */
    @Nullable Message next();

    @Override
    void close();
  }
}
