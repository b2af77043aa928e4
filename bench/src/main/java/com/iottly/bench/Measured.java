package com.iottly.bench;

import java.time.Duration;

/**
 * What a load engine saw in one span of time.
 *
 * @param acked messages acknowledged in it
 * @param span how long it was
 * @param latencies from the moment each message was due to its acknowledgement
 */
record Measured(long acked, Duration span, Latencies latencies) {

  double perSecond() {
    return acked / (span.toNanos() / 1e9);
  }
}
