package com.iottly.platform.fleet;

import com.iottly.platform.audit.AuditLog;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.PlainText;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.fleet.Enrolment.Naming;
import com.iottly.platform.fleet.PairCodes.Redemption;
import com.iottly.platform.sql.Database;
import com.iottly.platform.sql.RowCache;
import com.iottly.platform.sql.SqlException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The devices of the projects: who is registered, under which name, with which license and token
 * generation. Any thread; blocks on disk.
 */
public final class Devices {

  static final int MAX_NAME = 100;

  private static final String NAME = "the device's name";

  /** A registered device's project and present token generation. */
  private record Grant(ProjectId project, long generation) {}

  private final Database database;
  private final InstantSource clock;
  private final Enrolment enrolment;
  private final PairCodes pairCodes;
  private final RowCache<DeviceId, Grant> grants;
  private final List<Consumer<DeviceId>> revocationListeners = new CopyOnWriteArrayList<>();
  private final List<Consumer<Registration.Registered>> registrationListeners =
      new CopyOnWriteArrayList<>();

  Devices(
      Database database,
      InstantSource clock,
      Ids ids,
      Licenses licenses,
      PairCodes pairCodes,
      FleetLimits limits) {
    this.database = database;
    this.clock = clock;
    this.enrolment = new Enrolment(clock, ids, licenses);
    this.pairCodes = pairCodes;
    this.grants = new RowCache<>(limits.standingsCached());
  }

  /**
   * Registers a machine in one step: the same MAC address in a project always gets the same id and
   * a new token generation.
   *
   * @param name what to call it, 1 to 100 characters without control characters
   * @param wished the license it should have; null keeps what it has, or takes a free one, or makes
   *     one
   * @param connected whether a device has a live connection now; asked within the transaction, so
   *     it must answer at once
   */
  public Registration register(
      ProjectId project,
      Machine machine,
      String name,
      @Nullable LicenseToken wished,
      Predicate<DeviceId> connected) {
    return register(project, machine, new Naming(name, true), wished, connected);
  }

  /** The same without a chosen name: a device that is known keeps its own. */
  public Registration registerUnnamed(
      ProjectId project,
      Machine machine,
      String otherwise,
      @Nullable LicenseToken wished,
      Predicate<DeviceId> connected) {
    return register(project, machine, new Naming(otherwise, false), wished, connected);
  }

  private Registration register(
      ProjectId project,
      Machine machine,
      Naming name,
      @Nullable LicenseToken wished,
      Predicate<DeviceId> connected) {
    Optional<String> problem =
        PlainText.problem(NAME, name.name(), MAX_NAME).or(() -> Enrolment.problem(machine));
    if (problem.isPresent()) {
      return new Registration.Refused(problem.get());
    }
    return announced(
        write(handle -> enrolment.enrol(handle, project, machine, name, wished, connected)));
  }

  /**
   * The same with a pair code, which names project and device. The code is used up only when the
   * machine is registered.
   */
  public Registration pair(String code, Machine machine, Predicate<DeviceId> connected) {
    Optional<String> problem = Enrolment.problem(machine);
    if (problem.isPresent()) {
      return new Registration.Refused(problem.get());
    }
    return announced(write(handle -> pair(handle, code, machine, connected)));
  }

  private Registration pair(
      Handle handle, String code, Machine machine, Predicate<DeviceId> connected) {
    return switch (pairCodes.check(handle, code)) {
      case Redemption.Unknown() -> new Registration.CodeUnknown();
      case Redemption.Expired() -> new Registration.CodeExpired();
      case Redemption.Used() -> new Registration.CodeUsed();
      case Redemption.Redeemed(ProjectId project, String name) -> {
        Registration registration =
            enrolment.enrol(handle, project, machine, new Naming(name, true), null, connected);
        if (registration instanceof Registration.Registered) {
          pairCodes.use(handle, code);
        }
        yield registration;
      }
    };
  }

  private Registration announced(Registration registration) {
    if (registration instanceof Registration.Registered registered && registered.again()) {
      revoked(List.of(registered.device().id()));
      registrationListeners.forEach(listener -> listener.accept(registered));
    }
    return registration;
  }

  /** Calls the listener after a device was registered again, on the registering thread. */
  public void onRegisteredAgain(Consumer<Registration.Registered> listener) {
    registrationListeners.add(listener);
  }

  /**
   * Lets the machine that waits for it become that device at its next registration.
   *
   * @param machineId which machine, as {@link Device#awaitsApproval} says
   * @return the device, or empty when there is none or that machine does not wait for it
   */
  public Optional<Device> approve(ProjectId project, DeviceId id, String machineId) {
    return write(handle -> {
      int rows =
          handle
              .createUpdate(
                  """
                  UPDATE device SET approved_machine = :machine, awaiting_machine = NULL
                  WHERE id = :id AND project_id = :project AND awaiting_machine = :machine
                  """)
              .bind("machine", machineId)
              .bind("id", id.toString())
              .bind("project", project.value())
              .execute();
      if (rows == 0) {
        return Optional.empty();
      }
      note(handle, project, "device.approve", id, machineId);
      return DeviceRow.find(handle, id);
    });
  }

  private void note(
      Handle handle, ProjectId project, String action, DeviceId device, String detail) {
    AuditLog.note(handle, clock.instant(), project, action, device.toString(), detail);
  }

  /** The device with that id, if it is registered. */
  public Optional<Device> find(DeviceId id) {
    return database.read(handle -> DeviceRow.find(handle, id));
  }

  /** The same, within one project. */
  public Optional<Device> find(ProjectId project, DeviceId id) {
    return find(id).filter(device -> device.project().equals(project));
  }

  /** The project's device with that MAC address. */
  public Optional<Device> find(ProjectId project, MacAddress mac) {
    return database.read(handle -> DeviceRow.find(handle, project, mac));
  }

  /** The project's devices by id. */
  public List<Device> list(ProjectId project) {
    return list(project, null, Integer.MAX_VALUE);
  }

  /**
   * Up to {@code limit} of the project's devices by id, those behind {@code after} when it is
   * given.
   */
  public List<Device> list(ProjectId project, @Nullable DeviceId after, int limit) {
    return list(project, DeviceFilter.ALL, after, limit);
  }

  /** The same of those that the filter lets through. */
  public List<Device> list(
      ProjectId project, DeviceFilter filter, @Nullable DeviceId after, int limit) {
    return database.read(handle -> DeviceRow.list(handle, project, filter, after, limit));
  }

  /** Gives it another name, 1 to 100 characters without control characters. */
  public Saved<Device> rename(ProjectId project, DeviceId id, String name) {
    return update(project, id, name, null);
  }

  /**
   * Changes it; null leaves things as they are.
   *
   * @param name 1 to 100 characters without control characters
   * @param tags at most 20 different ones of 1 to 40 characters each
   */
  public Saved<Device> update(
      ProjectId project, DeviceId id, @Nullable String name, @Nullable List<String> tags) {
    Optional<String> badName =
        name == null ? Optional.empty() : PlainText.problem(NAME, name, MAX_NAME);
    Optional<String> problem = badName.isPresent() || tags == null ? badName : Tags.problem(tags);
    if (problem.isPresent()) {
      return new Saved.Refused<>(problem.get());
    }
    return write(handle -> {
      int rows =
          handle
              .createUpdate(
                  """
                  UPDATE device SET name = coalesce(:name, name), tags = coalesce(:tags, tags)
                  WHERE id = :id AND project_id = :project
                  """)
              .bind("name", name)
              .bind("tags", tags == null ? null : Columns.fromStrings(tags))
              .bind("id", id.toString())
              .bind("project", project.value())
              .execute();
      if (rows == 0) {
        return new Saved.Missing<>();
      }
      Device device = DeviceRow.find(handle, id).orElseThrow();
      String detail = "name: " + device.name() + "; tags: " + String.join(", ", device.tags());
      note(handle, project, "device.update", id, detail);
      return new Saved.Done<>(device);
    });
  }

  /**
   * Ends its access and frees its license. Its id stays reserved for its MAC address.
   *
   * @return whether it was there
   */
  public boolean delete(ProjectId project, DeviceId id) {
    return delete(project, id, "");
  }

  /**
   * The same.
   *
   * @param detail what the audit log says besides
   */
  public boolean delete(ProjectId project, DeviceId id, String detail) {
    return revokeBy(
        "device.delete",
        detail,
        "DELETE FROM device WHERE id = :id AND project_id = :project",
        project,
        id);
  }

  /**
   * Voids its token and a pending approval; it stays and comes back by registering again.
   *
   * @return whether it was there
   */
  public boolean revoke(ProjectId project, DeviceId id) {
    return revoke("device.revoke", project, id);
  }

  /**
   * The same for who gives it a token of the new generation at once.
   *
   * @return as it is now, or empty when it was not there
   */
  public Optional<Device> renewToken(ProjectId project, DeviceId id) {
    return revoke("device.token", project, id) ? find(project, id) : Optional.empty();
  }

  private boolean revoke(String action, ProjectId project, DeviceId id) {
    return revokeBy(
        action,
        "",
        """
        UPDATE device SET awaiting_machine = NULL, approved_machine = NULL
        WHERE id = :id AND project_id = :project
        """,
        project,
        id);
  }

  /** Runs the change to the device's row and voids its tokens, if there is such a row. */
  private boolean revokeBy(
      String action, String detail, String change, ProjectId project, DeviceId id) {
    boolean found =
        write(handle -> {
          int rows =
              handle
                  .createUpdate(change)
                  .bind("id", id.toString())
                  .bind("project", project.value())
                  .execute();
          if (rows == 1) {
            Enrolment.nextGeneration(handle, id);
            note(handle, project, action, id, detail);
          }
          return rows == 1;
        });
    if (found) {
      revoked(List.of(id));
    }
    return found;
  }

  /** Notes which version its agent has, at most 64 characters; writes only when that changed. */
  public void setAgentVersion(DeviceId id, String version) {
    String kept = version.length() <= Enrolment.MAX_VERSION ? version : "unreadable";
    Optional<Device> device = find(id);
    if (device.isEmpty() || kept.equals(device.get().agentVersion())) {
      return;
    }
    write(handle ->
        handle
            .createUpdate("UPDATE device SET agent_version = :version WHERE id = :id")
            .bind("version", kept)
            .bind("id", id.toString())
            .execute());
  }

  /**
   * Whether a token of that generation lets the device in. Costs no SQL once the device is known;
   * what was revoked is so from the moment the revoking call returns.
   */
  public Standing standing(DeviceId id, long generation) {
    Grant grant = grants.get(id, this::loadGrant);
    if (grant == null) {
      return new Standing.Unknown();
    }
    return grant.generation() == generation
        ? new Standing.Active(grant.project())
        : new Standing.Revoked();
  }

  private @Nullable Grant loadGrant(DeviceId id) {
    return find(id).map(device -> new Grant(device.project(), device.generation())).orElse(null);
  }

  /**
   * Calls the listener after a device's earlier tokens became void (registered again, revoked,
   * deleted, or its project deleted), on the thread that did it: the place to cut its connection.
   */
  public void onRevoked(Consumer<DeviceId> listener) {
    revocationListeners.add(listener);
  }

  void revoked(List<DeviceId> ids) {
    ids.forEach(grants::drop);
    for (DeviceId id : ids) {
      revocationListeners.forEach(listener -> listener.accept(id));
    }
  }

  /** A write that failed may still have happened, so nothing cached can be trusted after it. */
  <T> T write(Function<Handle, T> body) {
    try {
      return database.write(body);
    } catch (SqlException e) {
      grants.dropAll();
      throw e;
    }
  }

  static List<DeviceId> ids(Handle handle, ProjectId project) {
    return handle
        .createQuery("SELECT id FROM device WHERE project_id = :project")
        .bind("project", project.value())
        .map((row, _) -> new DeviceId(UUID.fromString(row.getString("id"))))
        .list();
  }
}
