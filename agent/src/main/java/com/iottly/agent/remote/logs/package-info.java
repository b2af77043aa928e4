/**
 * Tails of logs: the end of a file or of a unit's journal, and what is added to it.
 *
 * <p>Each tail has a thread {@code iottly-tail} that reads, chooses and sends. A client that takes
 * nothing stops it, and then it reads on from where it was; lines beyond the rate are counted and
 * left out. A file that vanished is waited for.
 */
@NullMarked
package com.iottly.agent.remote.logs;

import org.jspecify.annotations.NullMarked;
