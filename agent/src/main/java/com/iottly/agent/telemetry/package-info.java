/**
 * What the agent says about its machine: samples at an interval, and that it started and why.
 *
 * <p>The thread {@code iottly-telemetry} reads {@code /proc} and {@code /sys} and hands the sample
 * to the spool. What can't be read is left out of the sample; a sample the spool refuses is logged.
 */
@NullMarked
package com.iottly.agent.telemetry;

import org.jspecify.annotations.NullMarked;
