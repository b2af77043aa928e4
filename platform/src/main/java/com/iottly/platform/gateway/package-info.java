/**
 * The device link's end on the platform: admits devices, decodes their frames once, hands them to
 * the journal and acknowledges what is durable.
 *
 * <p>Each connection has one {@link com.iottly.platform.gateway.Session}, and everything in it
 * happens on that connection's event loop, so a session has no locks. What can block (looking a
 * device up, reading pending commands) runs on virtual threads and comes back to the event loop;
 * the journal's futures complete on its writer thread and only leave a number and a wake-up behind.
 *
 * <p>Beside the messages, {@link com.iottly.platform.gateway.DeviceChannel}s carry the bytes of
 * services both ways; who opened one hears it on the same event loop.
 *
 * <p>When a step fails, the connection is closed with the code of {@code docs/protocol.md} and the
 * device resumes from its spool: nothing is half done here, because nothing is kept here.
 */
@NullMarked
package com.iottly.platform.gateway;

import org.jspecify.annotations.NullMarked;
