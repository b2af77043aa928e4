/**
 * Numbers out of messages, over time: what charts are made of. A reader of the history that keeps
 * nothing of its own (docs/adr/0010).
 */
@NullMarked
package com.iottly.platform.telemetry;

import org.jspecify.annotations.NullMarked;
