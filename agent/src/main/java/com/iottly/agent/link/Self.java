package com.iottly.agent.link;

import com.iottly.wire.Payload;

/**
 * What HELLO says about the agent.
 *
 * @param version the agent's version
 * @param info facts about the device
 */
public record Self(String version, Payload info) {}
