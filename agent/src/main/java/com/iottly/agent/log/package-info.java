/**
 * The agent's own log: one line per event, a rotating file, and standard error in the foreground.
 *
 * <p>Any thread may log and never waits; the thread {@code iottly-log} writes. When the file can't
 * be written, lines go to standard error and the file is tried again; when the queue is full, lines
 * are dropped and their number is logged.
 */
@NullMarked
package com.iottly.agent.log;

import org.jspecify.annotations.NullMarked;
