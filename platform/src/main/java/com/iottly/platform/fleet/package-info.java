/**
 * What a project owns: its settings, devices, licenses, message definitions and pair codes. {@link
 * com.iottly.platform.fleet.Fleet} is the door.
 *
 * <p>No thread of its own: everything runs on the caller's thread, which must not be an event loop.
 * The truth is in SQL; each public method is one transaction. What is cached is dropped after the
 * commit and before the method returns; then listeners run, which must return at once and not
 * throw. A broken database is a {@link com.iottly.platform.sql.SqlException} and leaves things as
 * they were.
 */
@NullMarked
package com.iottly.platform.fleet;

import org.jspecify.annotations.NullMarked;
