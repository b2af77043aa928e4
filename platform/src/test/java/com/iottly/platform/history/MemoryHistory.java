package com.iottly.platform.history;

import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.History;
import com.iottly.platform.core.Message;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A history in a list, oldest first. It counts what was read and which scans are still open. */
public final class MemoryHistory implements History {

  public final List<Message> messages = new ArrayList<>();
  int openScans;
  int payloadsRead;

  @Override
  public Scan scan(DeviceId device, Range range) {
    List<Message> inside =
        new ArrayList<>(messages.stream().filter(m -> contains(device, range, m)).toList());
    if (range.newestFirst()) {
      Collections.reverse(inside);
    }
    openScans++;
    Iterator<Message> iterator = inside.iterator();
    return new Scan() {
      @Override
      public long skip(long count) {
        long skipped = 0;
        while (skipped < count && iterator.hasNext()) {
          iterator.next();
          skipped++;
        }
        return skipped;
      }

      @Override
      public @Nullable Message next() {
        if (!iterator.hasNext()) {
          return null;
        }
        payloadsRead++;
        return iterator.next();
      }

      @Override
      public void close() {
        openScans--;
      }
    };
  }

  @Override
  public Optional<Instant> newest(DeviceId device) {
    return messages.stream()
        .filter(message -> message.device().equals(device))
        .map(Message::timestamp)
        .reduce((_, later) -> later);
  }

  private static boolean contains(DeviceId device, Range range, Message message) {
    if (!message.device().equals(device) || !range.types().contains(message.type())) {
      return false;
    }
    if (range.from() != null && message.timestamp().isBefore(range.from())) {
      return false;
    }
    if (range.to() != null && !message.timestamp().isBefore(range.to())) {
      return false;
    }
    if (range.after() == null) {
      return true;
    }
    int order = message.id().compareTo(range.after());
    return range.newestFirst() ? order < 0 : order > 0;
  }
}
