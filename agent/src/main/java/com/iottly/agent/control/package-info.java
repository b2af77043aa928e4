/**
 * The running agent's local socket, for {@code status} and {@code send}.
 *
 * <p>A Unix stream socket of mode 0600; one JSON object per line in, one out. The thread {@code
 * iottly-control} accepts and each connection has a virtual thread. A bad request is answered with
 * {@code error}; a lost connection ends its thread only.
 */
@NullMarked
package com.iottly.agent.control;

import org.jspecify.annotations.NullMarked;
