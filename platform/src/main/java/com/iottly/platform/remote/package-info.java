/**
 * What people and programs do on a device from afar: shells, logs, files, tunnels. Opens channels
 * to services of devices for clients, and knows who has which open.
 *
 * <p>Data: a {@code RemoteSession} stands between a client and a {@link
 * com.iottly.platform.gateway.DeviceChannel}. Bytes go through it without being kept; each of its
 * two {@code Flow}s passes on only so much credit that what is between sender and taker stays
 * within a window, whatever the taker grants.
 *
 * <p>Threads: a session is called on the event loops of its device and of its client, and on {@code
 * remote-clock}, which once a second ends what takes too long. A session's lock guards it; what is
 * called while it is held only leaves notes on event loops. The audit log is written on virtual
 * threads.
 *
 * <p>When a step fails: what the device refuses is refused to the client in the device's words; a
 * session that can be resumed outlives its device's connection for a grace time; a client that
 * leaves takes its sessions along, but a shell stays on its device for the grace time and can be
 * opened again.
 */
@NullMarked
package com.iottly.platform.remote;

import org.jspecify.annotations.NullMarked;
