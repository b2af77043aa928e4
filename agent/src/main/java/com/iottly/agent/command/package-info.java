/**
 * Commands from the platform: run in order, each at most once.
 *
 * <p>The thread {@code iottly-commands} runs them. A command is noted durably before it runs and
 * its result before it is answered, so that a crash leads to {@code failed: interrupted} and never
 * to a second run. When a note or a reply can't be stored, the thread tries again until it can.
 */
@NullMarked
package com.iottly.agent.command;

import org.jspecify.annotations.NullMarked;
