package com.iottly.platform.webhook;

import java.time.Duration;

/**
 * The limits of webhooks ({@code docs/limits.md}); those of the contract are in {@link
 * WebhookRules}.
 *
 * @param timeout how long one attempt may take, from connecting to the end of the answer
 * @param inFlight requests of one webhook at once
 * @param window messages of one webhook in memory
 * @param windowBytes their payloads' bytes; one message is always let in
 * @param parkedDevices devices of one webhook that wait for a further try, beside the rest
 * @param firstRetry when a refused message is tried again for the first time
 * @param longestRetry the longest time between two tries
 * @param retryFor for how long after its first refusal a message is tried
 * @param disableAfter after how long of nothing but failures a webhook is disabled
 * @param secretOverlap how long the old secret signs too after a rotation
 * @param deliveriesKept how many attempts the log of a webhook keeps
 * @param deliveriesAge and for how long
 * @param deadLettersKept how many dead letters a webhook keeps
 * @param checkpointInterval how often places in the journal become durable
 */
public record WebhookLimits(
    Duration timeout,
    int inFlight,
    int window,
    int windowBytes,
    int parkedDevices,
    Duration firstRetry,
    Duration longestRetry,
    Duration retryFor,
    Duration disableAfter,
    Duration secretOverlap,
    int deliveriesKept,
    Duration deliveriesAge,
    int deadLettersKept,
    Duration checkpointInterval) {

  /** What a careful operator would choose. */
  public static WebhookLimits defaults() {
    return new WebhookLimits(
        Duration.ofSeconds(15),
        64,
        1_024,
        1 << 20,
        1_000,
        Duration.ofSeconds(5),
        Duration.ofHours(1),
        Duration.ofHours(75),
        Duration.ofDays(5),
        Duration.ofHours(24),
        500,
        Duration.ofDays(7),
        10_000,
        Duration.ofSeconds(1));
  }
}
