package com.iottly.bench;

/**
 * What each peer of an engine sends.
 *
 * @param window how many messages a peer may have unacknowledged
 * @param perPeer how many messages a peer sends in all
 * @param rate messages per second of all peers together, each sent when it is due (an open loop); 0
 *     sends as fast as the windows allow (a closed loop)
 */
record Load(int window, long perPeer, double rate) {

  Load {
    if (window < 1 || perPeer < 0 || rate < 0 || !Double.isFinite(rate)) {
      throw new BenchException(
          "a load needs a window of at least 1 and no negative count or rate: window "
              + window
              + ", messages "
              + perPeer
              + ", rate "
              + rate);
    }
  }

  /** As fast as possible, without an end, with that many messages unacknowledged per peer. */
  static Load closedLoop(int window) {
    return new Load(window, Long.MAX_VALUE, 0);
  }

  /** That many messages per peer, as fast as possible. */
  static Load fill(int window, long perPeer) {
    return new Load(window, perPeer, 0);
  }

  /** That many messages per second, without an end. */
  static Load openLoop(int window, double rate) {
    return new Load(window, Long.MAX_VALUE, rate);
  }

  /** Nothing but answers. */
  static Load none(int window) {
    return new Load(window, 0, 0);
  }
}
