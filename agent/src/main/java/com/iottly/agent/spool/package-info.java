/**
 * The device's durable queue: what was accepted here reaches the platform exactly once, or is
 * declared missing.
 *
 * <p>Two lanes of append-only segment files, one for the agent's own messages (telemetry) and one
 * for the rest, share one numbering. Whatever number is on neither lane is a gap, so gaps need no
 * book-keeping of their own. The thread {@code iottly-spool} owns every file; all calls are handed
 * to it, and everything that is waiting is made durable by one fsync per lane.
 *
 * <p>When a write fails, its messages are answered {@code Full} or {@code Failed}, the segment is
 * cut back to its last durable record, and the next append tries again. A torn tail is cut off when
 * the spool is opened; damage further inside becomes a gap and is logged.
 */
@NullMarked
package com.iottly.agent.spool;

import org.jspecify.annotations.NullMarked;
