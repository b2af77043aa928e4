/**
 * The WebSocket API ({@code docs/streaming.md}): what happens in a project, as it happens. A reader
 * of the journal, and the door's inner side: who may come in was decided before the upgrade.
 *
 * <p>Data: an {@link com.iottly.platform.core.Entry} becomes an event's JSON once, in the first
 * place that needs it ({@code Rendered}); each {@code Subscription} picks its events from a slice
 * of the journal and puts them as one text frame before its {@code Connection}, whose {@code Room}
 * counts the bytes on their way to the socket.
 *
 * <p>Road: {@code Replays} read the past of one subscription, at its client's pace; where that past
 * meets the present they hand it to the {@code Tailer}, which reads the journal once for all. Each
 * subscription has one reader at a time, and its place goes along with it, so nothing is lost or
 * repeated on the way over.
 *
 * <p>Beside it: {@code ClientChannels} are the client's ends of sessions with services of devices,
 * whose bytes pass through without touching the journal.
 *
 * <p>Threads: a {@code Connection}'s socket belongs to its event loop; requests are handled on
 * virtual threads, one at a time per connection; {@code stream-tailer} owns the followers; a replay
 * is a virtual thread that holds a turn only while it reads.
 *
 * <p>When a step fails: a request that can't be granted is answered with a named error; a client
 * that reads too slowly misses events and is told how many and from where ({@code lagged}); one
 * that is silent is closed; a replay whose journal does not serve ends its subscription with a
 * place to go on from; the tailer tries again.
 */
@NullMarked
package com.iottly.platform.live;

import org.jspecify.annotations.NullMarked;
