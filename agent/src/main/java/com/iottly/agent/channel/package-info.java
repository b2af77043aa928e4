/**
 * Channels: what the platform opens to services of this device, many at once, on the one connection
 * ({@code docs/protocol.md}, Channels). Knows neither the services nor the connection.
 *
 * <p>Data: {@code Multiplexer} holds the channels of one connection, and gives the link one frame
 * after the other to send: interactive before bulk, in turns within each. What a channel holds is
 * bounded on both ways: by the credit it gives, and by a short queue that makes its service wait.
 *
 * <p>Threads: the link's thread brings frames and fetches them and never waits here. Each channel
 * has a thread {@code iottly-channel-N} on which its session gets what comes; the session's own
 * threads send. One lock per connection guards it all and is held for moments only.
 *
 * <p>When a step fails: a service that refuses or throws ends its channel with a code and a
 * sentence; a broken rule ends the connection; a lost connection ends its channels and tells their
 * sessions so, who may live on and wait to be resumed.
 */
@NullMarked
package com.iottly.agent.channel;

import org.jspecify.annotations.NullMarked;
