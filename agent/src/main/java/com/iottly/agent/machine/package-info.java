/**
 * Facts about the machine the agent runs on, as the platform wants to know them.
 *
 * <p>Read on the caller's thread from {@code /proc}, {@code /sys} and {@code /etc}. What can't be
 * read is left out.
 */
@NullMarked
package com.iottly.agent.machine;

import org.jspecify.annotations.NullMarked;
