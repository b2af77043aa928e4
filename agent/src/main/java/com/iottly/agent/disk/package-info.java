/**
 * Files that survive a power cut: checked append-only records, and whole files replaced at once.
 *
 * <p>The callers own the threads: one {@link com.iottly.agent.disk.RecordFile} belongs to one
 * thread. A failed step throws {@link java.io.IOException} and leaves the file as it was before,
 * or, when even that failed, with a tail that the next opening cuts off.
 */
@NullMarked
package com.iottly.agent.disk;

import org.jspecify.annotations.NullMarked;
