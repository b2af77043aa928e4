package com.iottly.platform.webhook;

import com.iottly.platform.core.Cursor;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.MessageId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What of a {@link Lane} is not written yet. The lane guards it. */
final class LaneLog {

  /** A device's own place beside its webhook's. */
  record Parked(MessageId next, @Nullable Retry retry) {}

  /**
   * What to write in one transaction.
   *
   * @param version tells whether something changed since
   * @param parked the places that changed; empty when the device caught up
   */
  record Changes(
      long version,
      Webhook webhook,
      Cursor place,
      Map<DeviceId, Optional<Parked>> parked,
      List<DeadLetter> deadLetters,
      List<Delivery> deliveries) {
    Changes {
      parked = Map.copyOf(parked);
      deadLetters = List.copyOf(deadLetters);
      deliveries = List.copyOf(deliveries);
    }
  }

  private final int deliveriesKept;
  private final Map<DeviceId, Optional<Parked>> parked = new HashMap<>();
  private final List<DeadLetter> deadLetters = new ArrayList<>();
  private final Deque<Delivery> deliveries = new ArrayDeque<>();
  private long number;
  private long version;
  private long savedVersion;

  /**
   * @param deliveries the number of the newest delivery so far
   */
  LaneLog(WebhookLimits limits, long deliveries) {
    this.deliveriesKept = limits.deliveriesKept();
    this.number = deliveries;
  }

  void touch() {
    version++;
  }

  boolean isDirty() {
    return version != savedVersion;
  }

  void parked(Line line) {
    parked.put(line.device, Optional.of(new Parked(line.next, line.retry)));
    touch();
  }

  void unparked(DeviceId device) {
    parked.put(device, Optional.empty());
    touch();
  }

  void add(DeadLetter letter) {
    deadLetters.add(letter);
    touch();
  }

  void add(String message, @Nullable DeviceId device, int count, Attempt attempt) {
    if (deliveries.size() == deliveriesKept) {
      deliveries.removeFirst();
    }
    deliveries.add(new Delivery(++number, message, device, count, attempt));
    touch();
  }

  Changes changes(Webhook webhook, Cursor place) {
    return new Changes(version, webhook, place, parked, deadLetters, List.copyOf(deliveries));
  }

  void saved(Changes changes) {
    savedVersion = Math.max(savedVersion, changes.version());
    changes.parked().forEach(parked::remove);
    deadLetters.removeAll(changes.deadLetters());
    long last = changes.deliveries().isEmpty() ? 0 : changes.deliveries().getLast().number();
    while (!deliveries.isEmpty() && deliveries.getFirst().number() <= last) {
      deliveries.removeFirst();
    }
  }
}
