/**
 * What the agent tells systemd, by the protocol of sd_notify(3): that it runs, reads its
 * configuration again, stops, and is still alive.
 *
 * <p>Any thread may tell; telling never waits. The watchdog hears from the thread whose stall
 * matters, the link's, and from no timer of its own.
 */
@NullMarked
package com.iottly.agent.systemd;

import org.jspecify.annotations.NullMarked;
