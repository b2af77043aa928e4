/**
 * The device's end of the device link, as {@code docs/protocol.md} lays it down.
 *
 * <p>The thread {@code iottly-link} owns the state and is the only one that sends. OkHttp's threads
 * and the spool's thread only put events into its bounded queue; OkHttp waits when it is full,
 * which holds back the platform through TCP. Every failure ends the connection and leads to a new
 * one after a pause; what was not acknowledged stays in the spool.
 */
@NullMarked
package com.iottly.agent.link;

import org.jspecify.annotations.NullMarked;
