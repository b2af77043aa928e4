/**
 * The embedded store: core's {@code Journal}, {@code CommandLog} and {@code History} in one
 * RocksDB, so that a message, its place in the history, the sequence it used up and what it does to
 * a command are one atomic, synced write.
 *
 * <p><b>Threads.</b> One thread, {@code journal-writer}, owns everything that changes: the next
 * position, the clock that never goes backwards, the fences, the sequences it knows by heart, the
 * byte counts per project. Others hand it requests through a bounded queue; it writes as many as it
 * finds in one group, then completes their futures and nudges the listeners. Reads run on the
 * caller's thread, block on disk and hold nothing of RocksDB between two calls.
 *
 * <p><b>When a step fails.</b> A write that fails leaves the disk in an unknown state. So the whole
 * group and everything behind it is refused, the database is closed, opened anew once the disk
 * takes writes again, and all that the writer knew by heart is read again. {@link
 * com.iottly.platform.rocksdb.RocksStore#health} says so meanwhile; reads go on where they can. At
 * start a torn end of the newest write-ahead log is dropped, since it was never acknowledged; any
 * other damage is an error that names the file and changes nothing.
 */
@NullMarked
package com.iottly.platform.rocksdb;

import org.jspecify.annotations.NullMarked;
