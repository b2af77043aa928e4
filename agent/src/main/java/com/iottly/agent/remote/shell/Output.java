package com.iottly.agent.remote.shell;

import org.jspecify.annotations.Nullable;

/**
 * The last bytes a terminal has written, in a ring, counted from the first one on. What was sent
 * stays for half of the ring, so that a client whose connection broke can ask for it again; what
 * was not sent fills the other half, and then the terminal waits. Any thread.
 */
final class Output {

  private final byte[] ring;
  private long written;
  private long sent;
  private boolean ended;

  Output(int capacity) {
    this.ring = new byte[capacity];
  }

  /** How many bytes may be appended now. */
  synchronized int room() {
    return (int) (sent + ring.length / 2 - written);
  }

  /** Adds at most {@link #room} bytes. */
  synchronized void append(byte[] bytes, int length) {
    int at = (int) (written % ring.length);
    int first = Math.min(length, ring.length - at);
    System.arraycopy(bytes, 0, ring, at, first);
    System.arraycopy(bytes, first, ring, 0, length - first);
    written += length;
    notifyAll();
  }

  /** Nothing will be appended any more. */
  synchronized void end() {
    ended = true;
    notifyAll();
  }

  /** Lets everyone who waits in {@link #next} look whether it still should. */
  synchronized void wake() {
    notifyAll();
  }

  /** The first byte that is still there. */
  synchronized long oldest() {
    return Math.max(0, written - ring.length);
  }

  /** How many bytes were written so far. */
  synchronized long written() {
    return written;
  }

  /** A reader of it. */
  interface Reader {
    /** Whether it wants more. */
    boolean goesOn();
  }

  /**
   * Waits for bytes from a position on and counts them as sent.
   *
   * @return at most that many bytes, or null when there won't be any
   */
  synchronized byte @Nullable [] next(long position, int most, Reader reader)
      throws InterruptedException {
    while (position == written && !ended && reader.goesOn()) {
      wait();
    }
    if (position == written || !reader.goesOn()) {
      return null;
    }
    int length = (int) Math.min(most, written - position);
    byte[] bytes = new byte[length];
    int at = (int) (position % ring.length);
    int first = Math.min(length, ring.length - at);
    System.arraycopy(ring, at, bytes, 0, first);
    System.arraycopy(ring, 0, bytes, first, length - first);
    sent = Math.max(sent, position + length);
    return bytes;
  }
}
