package com.iottly.platform.remote;

/**
 * The credit of one direction of a session. The taker grants credit; it is passed on to the sender
 * as long as what is between the two stays within a window, so that a taker that grants much and
 * takes nothing costs no more than that. Belongs to its session's lock; all numbers are totals of
 * bytes since the beginning.
 */
final class Flow {

  private final long window;
  private long granted;
  private long passedOn;
  private long arrived;
  private long forwarded;
  private long taken;

  Flow(long window) {
    this.window = window;
  }

  /** The taker grants more; false when that is more than anyone can grant. */
  boolean grant(long bytes) {
    granted += bytes;
    return granted - forwarded <= Integer.MAX_VALUE;
  }

  /** The credit to give to the sender now; 0 while it has enough. */
  int passOn() {
    long fits = Math.min(granted - passedOn, window - (passedOn - taken));
    boolean starved = passedOn == arrived;
    if (fits <= 0 || (fits < window / 4 && !starved)) {
      return 0;
    }
    passedOn += fits;
    return (int) fits;
  }

  /** The sender sent bytes; false when it had no credit for them. */
  boolean arrive(long bytes) {
    arrived += bytes;
    return arrived <= passedOn;
  }

  /** Whether the taker has granted so much that these bytes may go to it. */
  boolean mayForward(long bytes) {
    return forwarded + bytes <= granted;
  }

  /** Bytes are on their way to the taker. */
  void forward(long bytes) {
    forwarded += bytes;
  }

  /** The network has taken bytes. */
  void take(long bytes) {
    taken = Math.min(taken + bytes, forwarded);
  }

  /** How many bytes came from the sender. */
  long arrived() {
    return arrived;
  }

  /** The sender comes anew and has no credit left. */
  void newSender() {
    passedOn = arrived;
  }

  /** The taker comes anew, grants so much, and nothing is on its way to it. */
  void newTaker(long credit) {
    taken = forwarded;
    granted = forwarded + credit;
  }
}
