package com.iottly.platform.webhook;

import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.MessageId;
import java.time.Instant;

/**
 * A message a webhook gave up.
 *
 * @param attempts how often it was tried
 * @param givenUp when the last attempt failed
 * @param problem why
 */
public record DeadLetter(
    MessageId message, DeviceId device, int attempts, Instant givenUp, String problem) {}
