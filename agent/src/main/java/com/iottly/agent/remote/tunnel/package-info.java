/**
 * TCP connections from the device, each behind a channel.
 *
 * <p>A thread {@code iottly-tunnel} reads from the socket, the channel's thread writes to it; each
 * waits for the slower side. A connection that breaks ends its channel with the reason.
 */
@NullMarked
package com.iottly.agent.remote.tunnel;

import org.jspecify.annotations.NullMarked;
