package com.iottly.platform.core;

/**
 * What a pass of the retention did.
 *
 * @param entries how many entries it deleted
 * @param bytes their bytes, as {@link ProjectUsage} counts them
 * @param keys how many idempotency keys it forgot
 * @param complete whether nothing was left to do; otherwise run it again soon
 */
public record RetentionReport(long entries, long bytes, long keys, boolean complete) {}
