package com.iottly.agent.spool;

import com.iottly.wire.Epoch;

/**
 * What a hello says about the spool.
 *
 * @param epoch its identity
 * @param next the lowest sequence it holds, or the next one it will give out when it is empty
 */
public record Greeting(Epoch epoch, long next) {}
