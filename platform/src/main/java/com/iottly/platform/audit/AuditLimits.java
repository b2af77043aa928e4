package com.iottly.platform.audit;

import java.time.Duration;

/**
 * How much of the audit log is kept.
 *
 * @param age an entry older than this goes; default 365 days
 * @param entries when there are more, the oldest go; default 1,000,000
 */
public record AuditLimits(Duration age, int entries) {

  /** What a careful operator would choose. */
  public static AuditLimits defaults() {
    return new AuditLimits(Duration.ofDays(365), 1_000_000);
  }
}
