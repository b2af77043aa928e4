package com.iottly.platform.activity;

import java.time.Instant;

/**
 * What happened in a project within {@link ActivityLog#SLOT}. A slot in which the platform did not
 * run is missing.
 *
 * @param start its first moment
 * @param connected how many devices were connected when it was last looked
 * @param messages how many messages devices sent
 * @param lost how many messages devices say they had to drop
 */
public record Slot(Instant start, int connected, long messages, long lost) {}
