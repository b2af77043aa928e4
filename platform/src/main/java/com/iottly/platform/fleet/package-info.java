/**
 * What a project owns: its settings, devices, licenses, message definitions and pair codes. {@link
 * com.iottly.platform.fleet.Fleet} is the door.
 *
 * <p>No thread of its own: work and listeners run on the caller's thread, which must not be an
 * event loop, except {@link com.iottly.platform.fleet.Devices#standing}, which may touch the disk
 * on its first call for a device. The truth is in SQL; each public method is one transaction.
 * Caches are emptied after the commit and before the method returns, then listeners run. A listener
 * that throws keeps the others from nothing: the first failure comes out after all have run. A
 * broken database is a {@link com.iottly.platform.sql.SqlException} and leaves things as they were.
 */
@NullMarked
package com.iottly.platform.fleet;

import org.jspecify.annotations.NullMarked;
