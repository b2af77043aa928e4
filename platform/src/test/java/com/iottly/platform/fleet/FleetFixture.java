package com.iottly.platform.fleet;

import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.sql.Database;
import com.iottly.platform.sql.DatabaseConfig;
import com.iottly.platform.sql.ManualClock;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A fleet on a real SQLite file. */
final class FleetFixture implements AutoCloseable {

  static final FleetLimits SMALL = new FleetLimits(3, 4, 2, Duration.ofHours(1), 1000);

  final ManualClock clock = new ManualClock();
  final Set<DeviceId> connected = ConcurrentHashMap.newKeySet();
  private final Path file;
  private final FleetLimits limits;
  private Database database;
  Fleet fleet;

  FleetFixture(Path folder, FleetLimits limits) {
    this.file = folder.resolve("iottly.db");
    this.limits = limits;
    reopen();
  }

  FleetFixture(Path folder) {
    this(folder, FleetLimits.defaults());
  }

  void reopen() {
    if (database != null) {
      database.close();
    }
    database = Database.open(DatabaseConfig.of(file));
    fleet = Fleet.on(database, clock, new SecureRandom(), limits);
  }

  Project project() {
    return done(fleet.projects().create("Pumps", DeviceType.LINUX_ARM64, List.of("field")));
  }

  Project capped(int cap) {
    Project project = project();
    return done(
        fleet
            .projects()
            .update(
                project.id(),
                project.name(),
                project.tags(),
                new ProjectSettings(cap, Duration.ofDays(1), 1L << 30, true)));
  }

  Project withoutApproval() {
    Project project = project();
    return done(
        fleet
            .projects()
            .update(
                project.id(),
                project.name(),
                project.tags(),
                new ProjectSettings(null, Duration.ofDays(1), 1L << 30, false)));
  }

  static Machine machine(String mac) {
    return new Machine(mac, "machine-of-" + mac, "0.1.0", "Debian 12");
  }

  static String mac(int number) {
    return "02:00:00:00:%02x:%02x".formatted(number >> 8, number & 0xff);
  }

  Registration register(ProjectId project, Machine machine, @Nullable LicenseToken wished) {
    return fleet.devices().register(project, machine, "pump", wished, connected::contains);
  }

  Device registered(ProjectId project, int number) {
    return device(register(project, machine(mac(number)), null));
  }

  static Device device(Registration registration) {
    if (registration instanceof Registration.Registered registered) {
      return registered.device();
    }
    throw new AssertionError("not registered: " + registration);
  }

  static <T> T done(Saved<T> saved) {
    if (saved instanceof Saved.Done<T>(T value)) {
      return value;
    }
    throw new AssertionError("not done: " + saved);
  }

  static String problem(Saved<?> saved) {
    if (saved instanceof Saved.Refused<?>(String problem)) {
      return problem;
    }
    throw new AssertionError("not refused: " + saved);
  }

  @Override
  public void close() {
    database.close();
  }
}
