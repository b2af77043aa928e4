package com.iottly.platform.webhook;

import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.Message;
import com.iottly.platform.core.MessageId;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one device on their way to one endpoint, one at a time. Its {@link Lane} guards
 * it.
 *
 * <p>While it is parked, its place is {@link #next}, and what it holds came from the device's
 * history; otherwise what it holds came from the journal, and its lane's place covers it.
 */
final class Line {

  /** A message that waits, and the slice of the journal it came with, if any. */
  record Pending(Message message, @Nullable Slice slice) {}

  /** So many messages of a slice are not done. */
  static final class Slice {
    private int open;

    void opened() {
      open++;
    }

    void closed() {
      open--;
    }

    boolean isDone() {
      return open == 0;
    }
  }

  final DeviceId device;
  final Deque<Pending> queue = new ArrayDeque<>();

  /** A request or a look into the history is under way. */
  boolean busy;

  @Nullable Retry retry;

  boolean parked;

  /** While parked: the first message that is not done has this id or a later one. */
  MessageId next = new MessageId(0, 0);

  /** While parked: the lane has passed over messages up to this position. */
  long through;

  Line(DeviceId device) {
    this.device = device;
  }

  /** Whether that message is the next to be done. */
  boolean beginsWith(Message message) {
    Pending first = queue.peek();
    return first != null && first.message().position() == message.position();
  }
}
