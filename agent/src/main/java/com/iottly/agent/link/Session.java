package com.iottly.agent.link;

import com.iottly.wire.CloseCode;
import com.iottly.wire.Frame;
import com.iottly.wire.FrameCodec;
import com.iottly.wire.WireException;
import java.util.ArrayDeque;
import java.util.Deque;

/** What one connection has sent and what of it is acknowledged. Belongs to the link's thread. */
final class Session {

  private static final int MAX_FRAMES = 512;

  private final Frame.Welcome welcome;
  private int maxMessages;
  private final long maxBytes;
  private final int batchBytes;
  private final Deque<Sent> unacknowledged = new ArrayDeque<>();
  private long next;
  private int messages;
  private long bytes;

  /** A frame on its way; its bytes count until all of its messages are acknowledged. */
  private record Sent(long last, int messages, int bytes) {}

  /**
   * A session that goes on from a sequence.
   *
   * @param careful one message at a time, to find the one the platform refuses
   */
  Session(Frame.Welcome welcome, LinkSettings settings, long next, boolean careful) {
    this.welcome = welcome;
    this.next = next;
    this.maxMessages = careful ? 1 : welcome.windowMessages();
    this.maxBytes = Math.min(welcome.windowBytes(), settings.maxInFlightBytes());
    this.batchBytes =
        (int) Math.min(Math.min(settings.maxBatchBytes(), welcome.maxFrameBytes()), maxBytes);
  }

  /**
   * Refuses limits that leave no room.
   *
   * @throws WireException with {@link CloseCode#BAD_FRAME}
   */
  static void checkLimits(Frame.Welcome welcome) {
    if (welcome.received() < 0
        || welcome.windowMessages() < 1
        || welcome.windowBytes() < 1
        || welcome.maxFrameBytes() < 1
        || welcome.maxPayloadBytes() < 1) {
      throw new WireException(CloseCode.BAD_FRAME, "WELCOME has a limit that leaves no room");
    }
  }

  /** The first sequence that was not sent. */
  long next() {
    return next;
  }

  /** How many messages a batch may have now; 0 when it must wait. */
  int messagesAllowed() {
    boolean open = unacknowledged.size() < MAX_FRAMES && bytesAllowed() > 0;
    return open ? Math.min(maxMessages - messages, 65_535) : 0;
  }

  /** How many bytes of messages a batch may have now. */
  int bytesAllowed() {
    return (int) Math.min(batchBytes, maxBytes - bytes) - FrameCodec.BATCH_OVERHEAD;
  }

  /** Whether a batch frame of this size may go now. */
  boolean fitsWindow(int frameBytes) {
    return bytes + frameBytes <= welcome.windowBytes();
  }

  /** Whether the platform will never take a batch frame of this size. */
  boolean tooLarge(int frameBytes) {
    return frameBytes > welcome.maxFrameBytes() || frameBytes > welcome.windowBytes();
  }

  /** No longer one message at a time. */
  void relax() {
    maxMessages = welcome.windowMessages();
  }

  int maxPayload() {
    return welcome.maxPayloadBytes();
  }

  void sent(long last, int count, int frameBytes) {
    unacknowledged.add(new Sent(last, count, frameBytes));
    messages += count;
    bytes += frameBytes;
    next = last + 1;
  }

  void acknowledged(long through) {
    if (through >= next) {
      throw new WireException(
          CloseCode.BAD_FRAME,
          "sequence " + through + " is acknowledged, but only " + (next - 1) + " was sent");
    }
    for (Sent first = unacknowledged.peek();
        first != null && first.last() <= through;
        first = unacknowledged.peek()) {
      unacknowledged.remove();
      messages -= first.messages();
      bytes -= first.bytes();
    }
    Sent partly = unacknowledged.peek();
    if (partly != null && partly.messages() > 0 && partly.last() - partly.messages() < through) {
      unacknowledged.remove();
      int left = (int) (partly.last() - through);
      messages -= partly.messages() - left;
      unacknowledged.addFirst(new Sent(partly.last(), left, partly.bytes()));
    }
  }

  /** The only message in flight, when there is just one: the one a refusal is about. */
  long suspect() {
    Sent first = unacknowledged.peek();
    return first != null && unacknowledged.size() == 1 && first.messages() == 1 ? first.last() : 0;
  }
}
