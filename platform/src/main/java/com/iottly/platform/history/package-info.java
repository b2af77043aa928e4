/**
 * Questions about the messages of a device: the newest ones that satisfy a filter, and pages of
 * them (contract §2).
 *
 * <p>A query is a bounded stream over {@link com.iottly.platform.core.History.Scan}: one message at
 * a time is read and tested, and only the answer is kept. This room has no threads and no state
 * between calls; a query runs on its caller's thread, reads disk, and so must stay off event loops.
 *
 * <p>When a step fails: bad input is a {@link com.iottly.platform.filter.QueryException} with a
 * stable code and a sentence for the caller; a query that runs out of time is the outcome {@link
 * com.iottly.platform.history.QueryResult.TooSlow}, never a part of the answer; what a store throws
 * goes through unchanged after the scan is closed.
 */
@NullMarked
package com.iottly.platform.history;

import org.jspecify.annotations.NullMarked;
