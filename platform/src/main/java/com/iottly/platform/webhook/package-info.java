/**
 * Webhooks (contract §4): each is a durable reader of the journal that posts what it selects to an
 * endpoint, in order per device, until the endpoint took it. Knows core, json, audit, sql and data.
 *
 * <p><b>The road.</b> One {@code Tailer} reads the journal for all webhooks that are up to date and
 * offers each {@code Lane} what is its project's. A lane that has no room stops following and reads
 * its project's entries by itself until it has caught up; the tailer waits for nobody. A lane keeps
 * a queue per device, sends one message of a device at a time and so many in all. A message that
 * was refused parks its device: the lane's place in the journal goes on, and the device's own place
 * is kept beside it until the device has caught up through its history.
 *
 * <p><b>What is durable.</b> Once a second, and at the end, the places of all lanes, their parked
 * devices, dead letters and the newest deliveries are written in one transaction. After a crash a
 * webhook goes on from there: what it had sent in that second, and what was on its way, is sent
 * again with the same {@code webhook-id}. Nothing is skipped.
 *
 * <p><b>Threads.</b> {@code webhook-tailer} reads the journal, {@code webhook-clock} wakes lanes
 * whose time has come and writes the checkpoint; sending is done on event loops, what waits for
 * disk on virtual threads, what waits for name servers on {@code webhook-names-N}. A lane is
 * guarded by its own lock, under which nothing is waited for.
 */
@NullMarked
package com.iottly.platform.webhook;

import org.jspecify.annotations.NullMarked;
