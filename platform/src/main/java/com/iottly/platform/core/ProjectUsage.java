package com.iottly.platform.core;

/**
 * What a project takes up.
 *
 * @param entries its messages and command changes
 * @param bytes their bytes as encoded, before compression and without the indexes
 */
public record ProjectUsage(long entries, long bytes) {}
