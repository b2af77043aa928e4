package com.iottly.platform.rocksdb;

/**
 * How the store does.
 *
 * @param state whether it takes data
 * @param reason why not, and what to do, for an operator; empty when it does
 */
public record Health(State state, String reason) {

  /** Whether the store takes data. */
  public enum State {
    /** It reads and writes. */
    READY,
    /** The disk is almost full: it reads, and deletes what retention lets it. */
    REFUSING,
    /** A write failed; it tries to recover by itself. */
    RECOVERING,
    /** It is closed. */
    CLOSED
  }

  static final Health READY = new Health(State.READY, "");
  static final Health CLOSED = new Health(State.CLOSED, "the journal is closed");
}
