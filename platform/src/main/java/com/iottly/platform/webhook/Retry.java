package com.iottly.platform.webhook;

import java.time.Instant;

/**
 * A message that was refused and will be tried again.
 *
 * @param attempts how often it was tried
 * @param first when it was refused for the first time
 * @param at when to try again
 * @param problem why it was refused the last time
 */
record Retry(int attempts, Instant first, Instant at, String problem) {

  Retry at(Instant moment) {
    return new Retry(attempts, first, moment, problem);
  }
}
