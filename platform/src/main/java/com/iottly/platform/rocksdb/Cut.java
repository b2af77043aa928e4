package com.iottly.platform.rocksdb;

import com.iottly.platform.rocksdb.EntryCodec.Head;

/** What one project loses in one block of positions. One thread. */
final class Cut {

  private static final long NONE = -1;

  private final Allowance allowance;
  private final long low;
  private long firstKept = NONE;
  private long firstKeptTimestamp;
  private boolean finished;

  /**
   * @param low nothing of the project is in the block before this position
   */
  Cut(Allowance allowance, long low) {
    this.allowance = allowance;
    this.low = low;
  }

  /** What the project loses over all blocks. */
  static final class Allowance {
    private final long cutoff;
    private final boolean pendingToo;
    private long excess;

    /**
     * @param cutoff entries with an older timestamp go
     * @param excess how many bytes of the oldest entries go
     * @param pendingToo whether commands that wait to be handed over go as well
     */
    Allowance(long cutoff, long excess, boolean pendingToo) {
      this.cutoff = cutoff;
      this.excess = excess;
      this.pendingToo = pendingToo;
    }
  }

  long low() {
    return low;
  }

  /** Whether the rest of the block stays. */
  boolean isFinished() {
    return finished;
  }

  boolean pendingToo() {
    return allowance.pendingToo;
  }

  /** Whether that entry is too old or too much; when not, neither is any behind it. */
  boolean reaches(Head head) {
    return head.timestamp() < allowance.cutoff || allowance.excess > 0;
  }

  void take(int size) {
    allowance.excess -= size;
  }

  void keep(long last, Head head) {
    if (firstKept == NONE) {
      firstKept = head.first(last);
      firstKeptTimestamp = head.timestamp();
    }
  }

  void finish() {
    finished = true;
  }

  /** How far the low-water mark of the extent rose. */
  Request.Mark mark(Extents.Key extent) {
    return firstKept == NONE
        ? new Request.Mark(extent, low, Long.MIN_VALUE)
        : new Request.Mark(extent, firstKept, firstKeptTimestamp);
  }
}
