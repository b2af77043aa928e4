package com.iottly.platform.fleet;

import com.iottly.platform.audit.AuditLog;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.PlainText;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.fleet.Licenses.Choice;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The one transaction in which a machine becomes a device. */
final class Enrolment {

  static final int MAX_VERSION = 64;
  static final int MAX_OS = 200;

  private static final Pattern MACHINE_ID = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

  /**
   * What to call a device.
   *
   * @param wished whether somebody chose it: a device that is known keeps its name otherwise
   */
  record Naming(String name, boolean wished) {
    private String of(@Nullable Device present) {
      return wished || present == null ? name : present.name();
    }
  }

  private final InstantSource clock;
  private final Ids ids;
  private final Licenses licenses;

  Enrolment(InstantSource clock, Ids ids, Licenses licenses) {
    this.clock = clock;
    this.ids = ids;
    this.licenses = licenses;
  }

  /** What is wrong with what a machine says about itself. */
  static Optional<String> problem(Machine machine) {
    if (MacAddress.parse(machine.macAddress()).isEmpty()) {
      return Optional.of(
          "the MAC address is not one of a single network interface: write six pairs of hex digits,"
              + " such as 0a:1b:2c:3d:4e:5f");
    }
    if (!MACHINE_ID.matcher(machine.machineId()).matches()) {
      return Optional.of(
          "the machine id must have 1 to 128 letters, digits and . _ : -, as /etc/machine-id has");
    }
    return problem("the agent's version", machine.agentVersion(), MAX_VERSION)
        .or(() -> problem("the operating system's name", machine.os(), MAX_OS));
  }

  private static Optional<String> problem(String what, @Nullable String text, int max) {
    return text == null ? Optional.empty() : PlainText.problem(what, text, max);
  }

  /**
   * Registers the machine, which is free of problems. Only a registration and a wait for approval
   * leave a trace.
   */
  Registration enrol(
      Handle handle,
      ProjectId projectId,
      Machine machine,
      Naming name,
      @Nullable LicenseToken wished,
      Predicate<DeviceId> connected) {
    Optional<Project> project = Projects.find(handle, projectId);
    if (project.isEmpty()) {
      return new Registration.ProjectUnknown();
    }
    MacAddress mac = MacAddress.parse(machine.macAddress()).orElseThrow();
    Optional<DeviceId> known = findIdentity(handle, projectId, mac);
    Device present = known.flatMap(id -> DeviceRow.find(handle, id)).orElse(null);

    Device live = present != null && connected.test(present.id()) ? present : null;
    boolean conflict = live != null && !machine.machineId().equals(live.machineId());
    if (live != null
        && project.get().settings().approveReregistration()
        && !isApproved(handle, live.id(), machine)) {
      await(handle, live.id(), machine);
      return new Registration.NeedsApproval(live.id(), conflict);
    }

    Choice choice = licenses.choose(handle, project.get(), present, wished);
    if (choice instanceof Choice.Deny(Registration why)) {
      return why;
    }
    DeviceId id = known.orElseGet(ids::device);
    if (known.isPresent()) {
      nextGeneration(handle, id);
    } else {
      insertIdentity(handle, id, projectId, mac);
    }
    save(handle, id, projectId, machine, name.of(present));
    if (choice instanceof Choice.Take(LicenseToken token)) {
      Licenses.give(handle, token, id);
    }
    Device device = DeviceRow.find(handle, id).orElseThrow();
    AuditLog.note(
        handle, clock.instant(), projectId, "device.register", id.toString(), device.name());
    return new Registration.Registered(device, known.isPresent(), conflict);
  }

  private static Optional<DeviceId> findIdentity(Handle handle, ProjectId project, MacAddress mac) {
    return handle
        .createQuery("SELECT id FROM device_identity WHERE project_id = :project AND mac = :mac")
        .bind("project", project.value())
        .bind("mac", mac.value())
        .map((row, _) -> new DeviceId(UUID.fromString(row.getString("id"))))
        .findOne();
  }

  private static void insertIdentity(
      Handle handle, DeviceId id, ProjectId project, MacAddress mac) {
    handle
        .createUpdate(
            """
            INSERT INTO device_identity (id, project_id, mac, generation)
            VALUES (:id, :project, :mac, 1)
            """)
        .bind("id", id.toString())
        .bind("project", project.value())
        .bind("mac", mac.value())
        .execute();
  }

  /** Voids the tokens the device has. */
  static void nextGeneration(Handle handle, DeviceId id) {
    handle
        .createUpdate("UPDATE device_identity SET generation = generation + 1 WHERE id = :id")
        .bind("id", id.toString())
        .execute();
  }

  private void save(Handle handle, DeviceId id, ProjectId project, Machine machine, String name) {
    handle
        .createUpdate(
            """
            INSERT INTO device (id, project_id, machine_id, name, agent_version, os, registered)
            VALUES (:id, :project, :machine, :name, :version, :os, :now)
            ON CONFLICT (id) DO UPDATE SET machine_id = excluded.machine_id, name = excluded.name,
              agent_version = excluded.agent_version, os = excluded.os,
              registered = excluded.registered, awaiting_machine = NULL, approved_machine = NULL
            """)
        .bind("id", id.toString())
        .bind("project", project.value())
        .bind("machine", machine.machineId())
        .bind("name", name)
        .bind("version", machine.agentVersion())
        .bind("os", machine.os())
        .bind("now", clock.millis())
        .execute();
  }

  private static boolean isApproved(Handle handle, DeviceId id, Machine machine) {
    return handle
        .createQuery("SELECT 1 FROM device WHERE id = :id AND approved_machine = :machine")
        .bind("id", id.toString())
        .bind("machine", machine.machineId())
        .map((row, _) -> row.getInt(1))
        .findOne()
        .isPresent();
  }

  private static void await(Handle handle, DeviceId id, Machine machine) {
    handle
        .createUpdate("UPDATE device SET awaiting_machine = :machine WHERE id = :id")
        .bind("machine", machine.machineId())
        .bind("id", id.toString())
        .execute();
  }
}
