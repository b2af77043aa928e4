package com.iottly.platform.webhook;

import com.iottly.platform.core.DeviceId;
import org.jspecify.annotations.Nullable;

/**
 * A line of a webhook's delivery log.
 *
 * @param number counts the webhook's deliveries
 * @param message the message's id, or the name of a test
 * @param device whose message it was, or null for a test
 * @param count which attempt at this message it was, from 1
 */
public record Delivery(
    long number, String message, @Nullable DeviceId device, int count, Attempt attempt) {}
