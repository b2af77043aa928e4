/**
 * What users of the platform may do on this device, as far as {@code [remote]} of its configuration
 * allows: see logs, work in a shell, copy files, reach TCP services.
 *
 * <p>Each service is a room of its own behind a channel: the channel's thread brings what the
 * client sends, a thread of the session sends what it has. Both wait when the other side does not
 * take more, and nothing is kept beyond that. No thread and no class of a service is there before
 * somebody uses it.
 *
 * <p>When the configuration is read again, sessions that are not allowed any more are ended. When
 * the connection breaks, all end but shells, which wait for their client for a while.
 */
@NullMarked
package com.iottly.agent.remote;

import org.jspecify.annotations.NullMarked;
