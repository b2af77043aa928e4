/**
 * Files to and from the device.
 *
 * <p>Each transfer has a thread {@code iottly-file} that reads and sends; what a client stores is
 * written on the channel's thread. A file is always whole: it gets its name when all of its bytes
 * are on disk and have the checksum that was announced. What was cut off goes on from there when
 * the client asks for the same again.
 */
@NullMarked
package com.iottly.agent.remote.files;

import org.jspecify.annotations.NullMarked;
