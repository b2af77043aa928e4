package com.iottly.platform.activity;

/**
 * What happened in a project since the last look.
 *
 * @param connected how many devices are connected now
 * @param messages how many messages devices sent
 * @param lost how many messages devices say they had to drop
 */
public record Activity(int connected, long messages, long lost) {}
