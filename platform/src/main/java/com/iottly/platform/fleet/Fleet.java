package com.iottly.platform.fleet;

import com.iottly.platform.sql.Database;
import java.security.SecureRandom;
import java.time.InstantSource;

/** The door to this room: its parts, made to know one another. */
public record Fleet(
    Projects projects,
    Devices devices,
    Licenses licenses,
    Definitions definitions,
    PairCodes pairCodes) {

  /** Builds the parts on an open database, which stays the caller's to close. Reads nothing yet. */
  public static Fleet on(
      Database database, InstantSource clock, SecureRandom random, FleetLimits limits) {
    throw new UnsupportedOperationException();
  }
}
