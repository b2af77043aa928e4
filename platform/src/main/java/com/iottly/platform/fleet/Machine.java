package com.iottly.platform.fleet;

import org.jspecify.annotations.Nullable;

/**
 * What a machine says about itself when it registers; unchecked.
 *
 * @param macAddress its MAC address in any usual spelling
 * @param machineId what tells it from another machine with that address ({@code /etc/machine-id}):
 *     1 to 128 letters, digits and {@code . _ : -}
 * @param agentVersion the agent's version, at most 64 characters, or null
 * @param os its operating system in words, at most 200 characters, or null
 */
public record Machine(
    String macAddress, String machineId, @Nullable String agentVersion, @Nullable String os) {}
