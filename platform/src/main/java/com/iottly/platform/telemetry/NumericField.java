package com.iottly.platform.telemetry;

import com.iottly.platform.core.MessageType;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A number that a device sends.
 *
 * @param path where it stands in the payload
 * @param type who sends it
 * @param channel on which channel, if on any
 * @param part what the element of a list that it stands in calls itself, such as {@code eth0}
 * @param value what it was last
 * @param time when that was
 */
public record NumericField(
    String path,
    MessageType type,
    @Nullable String channel,
    @Nullable String part,
    double value,
    Instant time) {}
