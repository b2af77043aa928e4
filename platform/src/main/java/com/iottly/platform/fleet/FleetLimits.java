package com.iottly.platform.fleet;

import java.time.Duration;

/**
 * How much a project may have.
 *
 * @param licensesPerCall how many licenses one call makes at most; default 1,000
 * @param definitionsPerProject default 200
 * @param pairCodesPerProject how many pair codes may be open at once; default 1,000
 * @param pairCodeValidity how long a pair code is good; default 1 hour
 * @param standingsCached for how many devices {@link Devices#standing} costs no SQL; default
 *     100,000
 */
public record FleetLimits(
    int licensesPerCall,
    int definitionsPerProject,
    int pairCodesPerProject,
    Duration pairCodeValidity,
    int standingsCached) {

  public FleetLimits {
    if (Math.min(licensesPerCall, Math.min(definitionsPerProject, pairCodesPerProject)) < 1
        || standingsCached < 1
        || !pairCodeValidity.isPositive()) {
      throw new IllegalArgumentException("every limit of the fleet must be positive");
    }
  }

  public static FleetLimits defaults() {
    return new FleetLimits(1_000, 200, 1_000, Duration.ofHours(1), 100_000);
  }
}
