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
    PairCodes pairCodes,
    Census census,
    FleetLimits limits) {

  /** Builds the parts on an open database, which stays the caller's to close. Reads nothing yet. */
  public static Fleet on(
      Database database, InstantSource clock, SecureRandom random, FleetLimits limits) {
    Ids ids = new Ids(random);
    Licenses licenses = new Licenses(database, clock, ids, limits);
    PairCodes pairCodes = new PairCodes(database, clock, random, limits);
    Devices devices = new Devices(database, clock, ids, licenses, pairCodes, limits);
    Projects projects = new Projects(database, clock, ids, devices);
    return new Fleet(
        projects,
        devices,
        licenses,
        new Definitions(database, clock, limits),
        pairCodes,
        new Census(database),
        limits);
  }
}
