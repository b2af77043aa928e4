/**
 * The folder on disk that holds everything one installation knows, and who may use it: one process
 * at a time. {@link com.iottly.platform.data.DataDirectory} is the door.
 *
 * <p>No thread of its own; opening and closing belong to the thread that starts and stops the
 * process's work. A folder that can't be used is a {@link
 * com.iottly.platform.data.DataDirectoryException} whose message says what to do; nothing is held
 * then. The operating system lets go of the folder when the process dies, however it dies.
 */
@NullMarked
package com.iottly.platform.data;

import org.jspecify.annotations.NullMarked;
