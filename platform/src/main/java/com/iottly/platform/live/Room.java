package com.iottly.platform.live;

import java.util.concurrent.atomic.AtomicLong;

/** The bytes on their way to one client, within what may be on its way to all. Any thread. */
final class Room {

  private final AtomicLong total;
  private final StreamLimits limits;
  private final AtomicLong used = new AtomicLong();

  /**
   * @param total what is on its way to all clients
   */
  Room(AtomicLong total, StreamLimits limits) {
    this.total = total;
    this.limits = limits;
  }

  /** Takes the room for that many bytes, if there is; an empty room takes anything. */
  boolean tryTake(long bytes) {
    long before = used.getAndAdd(bytes);
    long all = total.addAndGet(bytes);
    if (before == 0 || (before + bytes <= limits.queueBytes() && all <= limits.totalQueueBytes())) {
      return true;
    }
    give(bytes);
    return false;
  }

  /** Takes it, whether there is or not. */
  void take(long bytes) {
    used.addAndGet(bytes);
    total.addAndGet(bytes);
  }

  void give(long bytes) {
    used.addAndGet(-bytes);
    total.addAndGet(-bytes);
  }

  /** Whether it is worth beginning something larger. */
  boolean isSpacious() {
    return used.get() <= limits.queueBytes() / 2;
  }
}
