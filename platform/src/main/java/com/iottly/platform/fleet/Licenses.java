package com.iottly.platform.fleet;

import com.iottly.platform.audit.AuditLog;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.sql.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** The licenses of the projects. Any thread; blocks on disk. */
public final class Licenses {

  /** What became of {@link #delete}. */
  public enum Deletion {
    DELETED,
    /** A device has it: delete the device first. */
    PAIRED,
    UNKNOWN
  }

  private static final String SELECT =
      "SELECT l.token AS license_token, l.project_id AS license_project, "
          + DeviceRow.COLUMNS
          + """
          FROM license l
          LEFT JOIN device d ON d.id = l.device_id
          LEFT JOIN device_identity i ON i.id = d.id
          """;

  private final Database database;
  private final InstantSource clock;
  private final Ids ids;
  private final FleetLimits limits;

  Licenses(Database database, InstantSource clock, Ids ids, FleetLimits limits) {
    this.database = database;
    this.clock = clock;
    this.ids = ids;
    this.limits = limits;
  }

  /**
   * Makes licenses.
   *
   * @param count 1 to {@link FleetLimits#licensesPerCall}; all or none are made
   */
  public Saved<List<License>> create(ProjectId project, int count) {
    if (count < 1 || count > limits.licensesPerCall()) {
      return new Saved.Refused<>(
          "the number of licenses is "
              + count
              + ": ask for 1 to "
              + limits.licensesPerCall()
              + " at a time");
    }
    return database.write(handle -> {
      Optional<Project> found = Projects.find(handle, project);
      if (found.isEmpty()) {
        return new Saved.Missing<>();
      }
      Integer cap = found.get().settings().licenseCap();
      long existing = cap == null ? 0 : count(handle, project);
      if (cap != null && existing + count > cap) {
        return new Saved.Refused<>(
            "the project has %d licenses and may have %d: ask for fewer or raise its license cap"
                .formatted(existing, cap));
      }
      List<License> made = insert(handle, project, count);
      String which = count == 1 ? made.getFirst().token().value() : count + " licenses";
      AuditLog.note(handle, clock.instant(), project, "license.create", which, "");
      return new Saved.Done<>(made);
    });
  }

  /** The project's licenses, oldest first. */
  public List<License> list(ProjectId project) {
    return database.read(handle ->
        handle
            .createQuery(SELECT + "WHERE l.project_id = :project ORDER BY l.created, l.token")
            .bind("project", project.value())
            .map((row, _) -> license(row))
            .list());
  }

  /**
   * Up to {@code limit} of the project's licenses by token.
   *
   * @param paired whether a device must have it or must not; null for either
   * @param after only those behind this token; empty for the first
   */
  public List<License> list(ProjectId project, @Nullable Boolean paired, String after, int limit) {
    String condition =
        paired == null ? "" : paired ? "AND l.device_id IS NOT NULL " : "AND l.device_id IS NULL ";
    return database.read(handle ->
        handle
            .createQuery(
                SELECT
                    + "WHERE l.project_id = :project AND l.token > :after "
                    + condition
                    + "ORDER BY l.token LIMIT :limit")
            .bind("project", project.value())
            .bind("after", after)
            .bind("limit", limit)
            .map((row, _) -> license(row))
            .list());
  }

  /** The license of that name in the project. */
  public Optional<License> find(ProjectId project, LicenseToken token) {
    return database.read(handle -> find(handle, project, token));
  }

  /** Deletes the license if no device has it. */
  public Deletion delete(ProjectId project, LicenseToken token) {
    return database.write(handle -> {
      Optional<License> license = find(handle, project, token);
      if (license.isEmpty()) {
        return Deletion.UNKNOWN;
      }
      if (license.get().device() != null) {
        return Deletion.PAIRED;
      }
      handle
          .createUpdate("DELETE FROM license WHERE token = :token")
          .bind("token", token.value())
          .execute();
      AuditLog.note(handle, clock.instant(), project, "license.delete", token.value(), "");
      return Deletion.DELETED;
    });
  }

  /** Which license a device may have. */
  sealed interface Choice {
    record Take(LicenseToken token) implements Choice {}

    record Keep() implements Choice {}

    record Deny(Registration why) implements Choice {}
  }

  /**
   * The wished license, or the one the device has, or a free one, or a new one.
   *
   * @param device who wants it, if it is registered
   */
  Choice choose(
      Handle handle, Project project, @Nullable Device device, @Nullable LicenseToken wished) {
    if (wished != null) {
      return chooseWished(handle, project.id(), device, wished);
    }
    if (device != null) {
      return new Choice.Keep();
    }
    Optional<LicenseToken> free = firstAvailable(handle, project.id());
    if (free.isPresent()) {
      return new Choice.Take(free.get());
    }
    Integer cap = project.settings().licenseCap();
    if (cap != null && count(handle, project.id()) >= cap) {
      return new Choice.Deny(new Registration.NoLicenseLeft(cap));
    }
    return new Choice.Take(insert(handle, project.id(), 1).getFirst().token());
  }

  private static Choice chooseWished(
      Handle handle, ProjectId project, @Nullable Device device, LicenseToken wished) {
    Optional<License> license = find(handle, project, wished);
    if (license.isEmpty()) {
      return new Choice.Deny(new Registration.LicenseUnknown(wished));
    }
    Device owner = license.get().device();
    if (owner == null) {
      return new Choice.Take(wished);
    }
    return device != null && owner.id().equals(device.id())
        ? new Choice.Keep()
        : new Choice.Deny(new Registration.LicenseTaken(wished));
  }

  /** Gives the device that license instead of the one it has. */
  static void give(Handle handle, LicenseToken token, DeviceId device) {
    handle
        .createUpdate("UPDATE license SET device_id = NULL WHERE device_id = :device")
        .bind("device", device.toString())
        .execute();
    handle
        .createUpdate("UPDATE license SET device_id = :device WHERE token = :token")
        .bind("device", device.toString())
        .bind("token", token.value())
        .execute();
  }

  private List<License> insert(Handle handle, ProjectId project, int count) {
    List<License> licenses = new ArrayList<>();
    try (PreparedBatch batch =
        handle.prepareBatch(
            "INSERT INTO license (token, project_id, created) VALUES (:token, :project, :now)")) {
      for (int i = 0; i < count; i++) {
        License license = new License(ids.license(), project, null);
        batch
            .bind("token", license.token().value())
            .bind("project", project.value())
            .bind("now", clock.millis())
            .add();
        licenses.add(license);
      }
      batch.execute();
    }
    return licenses;
  }

  private static Optional<LicenseToken> firstAvailable(Handle handle, ProjectId project) {
    return handle
        .createQuery(
            """
            SELECT token FROM license WHERE project_id = :project AND device_id IS NULL
            ORDER BY created, token LIMIT 1
            """)
        .bind("project", project.value())
        .map((row, _) -> new LicenseToken(row.getString("token")))
        .findOne();
  }

  private static long count(Handle handle, ProjectId project) {
    return handle
        .createQuery("SELECT count(*) FROM license WHERE project_id = :project")
        .bind("project", project.value())
        .map((row, _) -> row.getLong(1))
        .one();
  }

  private static Optional<License> find(Handle handle, ProjectId project, LicenseToken token) {
    return handle
        .createQuery(SELECT + "WHERE l.token = :token AND l.project_id = :project")
        .bind("token", token.value())
        .bind("project", project.value())
        .map((row, _) -> license(row))
        .findOne();
  }

  private static License license(ResultSet row) throws SQLException {
    return new License(
        new LicenseToken(row.getString("license_token")),
        new ProjectId(row.getString("license_project")),
        row.getString("id") == null ? null : DeviceRow.map(row));
  }
}
