package com.iottly.platform.admin;

import com.iottly.platform.access.ApiKeyLimits;
import com.iottly.platform.access.ApiKeys;
import com.iottly.platform.access.DeviceTokens;
import com.iottly.platform.access.PasswordCost;
import com.iottly.platform.access.SignInLinks;
import com.iottly.platform.access.Users;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.data.DataDirectory;
import com.iottly.platform.fleet.Device;
import com.iottly.platform.fleet.Fleet;
import com.iottly.platform.fleet.FleetLimits;
import com.iottly.platform.fleet.Machine;
import com.iottly.platform.fleet.Registration;
import com.iottly.platform.sql.Database;
import com.iottly.platform.sql.DatabaseConfig;
import com.iottly.platform.sql.ManualClock;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** An installation in a folder of its own, as a server has it open. */
final class Installation implements AutoCloseable {

  record Outcome(int exit, String out, String err) {}

  final DataDirectory directory;
  final ManualClock clock = new ManualClock();
  final Set<DeviceId> connected = ConcurrentHashMap.newKeySet();
  final AdminRooms rooms;
  final AdminCommands commands;
  private final Database database;

  Installation(Path folder) {
    directory = DataDirectory.open(folder);
    database = Database.open(DatabaseConfig.of(directory.databaseFile()));
    SecureRandom random = new SecureRandom();
    rooms =
        new AdminRooms(
            Fleet.on(database, clock, random, FleetLimits.defaults()),
            new ApiKeys(database, clock, random, ApiKeyLimits.defaults()),
            new DeviceTokens(database, clock, random, "test"),
            new Users(database, clock, random, new PasswordCost(64, 1, 4)),
            new SignInLinks(database, clock, random),
            connected::contains,
            clock);
    commands = new AdminCommands(rooms);
  }

  Outcome run(String... arguments) {
    return runWith("", arguments);
  }

  Outcome runWith(String input, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        commands.run(
            List.of(arguments),
            new StringReader(input),
            new PrintWriter(out),
            new PrintWriter(err));
    return new Outcome(exit, out.toString(), err.toString());
  }

  Device device(ProjectId project, String mac, String name) {
    Machine machine = new Machine(mac, "machine-" + mac.replace(':', '-'), "1.0.0", "Debian");
    return switch (rooms
        .fleet()
        .devices()
        .register(project, machine, name, null, connected::contains)) {
      case Registration.Registered(Device device, _, _) -> device;
      case Registration other -> throw new AssertionError(other);
    };
  }

  @Override
  public void close() {
    rooms.keys().close();
    database.close();
    directory.close();
  }
}
