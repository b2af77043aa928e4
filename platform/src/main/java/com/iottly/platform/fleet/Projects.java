package com.iottly.platform.fleet;

import com.iottly.platform.audit.AuditLog;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.PlainText;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.sql.Database;
import com.iottly.platform.sql.Like;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/** The projects of this installation. Any thread; blocks on disk. */
public final class Projects {

  static final int MAX_NAME = 100;
  static final int MAX_LICENSE_CAP = 1_000_000;
  static final Duration MIN_RETENTION = Duration.ofHours(1);
  static final Duration MAX_RETENTION = Duration.ofDays(3650);
  static final long MIN_RETENTION_BYTES = 1L << 20;

  private final Database database;
  private final InstantSource clock;
  private final Ids ids;
  private final Devices devices;
  private final List<Consumer<ProjectId>> deletionListeners = new CopyOnWriteArrayList<>();

  Projects(Database database, InstantSource clock, Ids ids, Devices devices) {
    this.database = database;
    this.clock = clock;
    this.ids = ids;
    this.devices = devices;
  }

  /**
   * Makes a project with default settings and the two definitions every project starts with.
   *
   * @param name 1 to 100 characters; need not be unique
   * @param tags at most 20 different ones of 1 to 40 characters each
   * @return done or refused, never missing
   */
  public Saved<Project> create(String name, DeviceType deviceType, List<String> tags) {
    return create(name, deviceType, tags, ProjectSettings.defaults());
  }

  /** The same with settings. */
  public Saved<Project> create(
      String name, DeviceType deviceType, List<String> tags, ProjectSettings settings) {
    Optional<String> problem = problem(name, tags).or(() -> problem(settings));
    if (problem.isPresent()) {
      return new Saved.Refused<>(problem.get());
    }
    Instant now = Instant.ofEpochMilli(clock.millis());
    Project project = new Project(ids.project(now), name, deviceType, tags, settings, now);
    return database.write(handle -> {
      insert(handle, project);
      for (Definition definition : Definitions.OF_A_NEW_PROJECT) {
        Definitions.insert(handle, project.id(), definition);
      }
      AuditLog.note(handle, now, project.id(), "project.create", project.id().value(), name);
      return new Saved.Done<>(project);
    });
  }

  /** The project with that id. */
  public Optional<Project> find(ProjectId id) {
    return database.read(handle -> find(handle, id));
  }

  /** All projects, oldest first. */
  public List<Project> list() {
    return database.read(handle ->
        handle
            .createQuery("SELECT * FROM project ORDER BY created, id")
            .map((row, _) -> project(row))
            .list());
  }

  /**
   * Up to {@code limit} projects by id, which is about the order they were made in.
   *
   * @param after only those behind this id; empty for the first
   */
  public List<Project> list(ProjectFilter filter, String after, int limit) {
    String search = filter.search();
    String tag = filter.tag();
    ProjectId only = filter.only();
    return database.read(handle ->
        handle
            .createQuery(
                """
                SELECT * FROM project p
                WHERE id > :after
                  AND (CAST(:search AS TEXT) IS NULL
                    OR lower(name) LIKE lower(:search) ESCAPE '!'
                    OR id LIKE lower(:search) ESCAPE '!')
                  AND (CAST(:tag AS TEXT) IS NULL OR tags LIKE :tag ESCAPE '!')
                  AND (CAST(:member AS TEXT) IS NULL OR EXISTS (
                    SELECT 1 FROM member m WHERE m.project_id = p.id AND m.user_name = :member))
                  AND (CAST(:only AS TEXT) IS NULL OR id = :only)
                ORDER BY id LIMIT :limit
                """)
            .bind("after", after)
            .bind("search", search == null ? null : Like.containing(search))
            .bind("tag", tag == null ? null : Tags.like(tag))
            .bind("member", filter.member())
            .bind("only", only == null ? null : only.value())
            .bind("limit", limit)
            .map((row, _) -> project(row))
            .list());
  }

  /** Replaces name, tags and settings. A lower license cap takes no license away. */
  public Saved<Project> update(
      ProjectId id, String name, List<String> tags, ProjectSettings settings) {
    return update(id, name, null, tags, settings);
  }

  /** The same, and the device type unless it is null. */
  public Saved<Project> update(
      ProjectId id,
      String name,
      @Nullable DeviceType deviceType,
      List<String> tags,
      ProjectSettings settings) {
    Optional<String> problem = problem(name, tags).or(() -> problem(settings));
    if (problem.isPresent()) {
      return new Saved.Refused<>(problem.get());
    }
    return database.write(handle -> {
      Optional<Project> before = find(handle, id);
      if (before.isEmpty()) {
        return new Saved.Missing<>();
      }
      Project old = before.get();
      DeviceType type = deviceType == null ? old.deviceType() : deviceType;
      Project project = new Project(id, name, type, tags, settings, old.created());
      update(handle, project);
      AuditLog.note(
          handle, clock.instant(), id, "project.update", id.value(), difference(old, project));
      return new Saved.Done<>(project);
    });
  }

  /** What changed, for the audit log. */
  private static String difference(Project before, Project after) {
    List<String> changes = new ArrayList<>();
    if (!before.name().equals(after.name())) {
      changes.add("name: " + after.name());
    }
    if (before.deviceType() != after.deviceType()) {
      changes.add("device type: " + after.deviceType().label());
    }
    if (!before.tags().equals(after.tags())) {
      changes.add("tags: " + String.join(", ", after.tags()));
    }
    if (!before.settings().equals(after.settings())) {
      ProjectSettings settings = after.settings();
      changes.add(
          "license cap: %s, retention: %d s and %d bytes, approve reregistration: %s"
              .formatted(
                  settings.licenseCap() == null ? "none" : settings.licenseCap(),
                  settings.retentionAge().toSeconds(),
                  settings.retentionBytes(),
                  settings.approveReregistration()));
    }
    return String.join("; ", changes);
  }

  /**
   * Deletes the project and everything of it that is in SQL; its devices lose their access.
   *
   * @return whether there was one
   */
  public boolean delete(ProjectId id) {
    record Deleted(boolean found, List<DeviceId> devices) {}
    Deleted deleted =
        devices.write(handle -> {
          Optional<Project> project = find(handle, id);
          project.ifPresent(gone ->
              AuditLog.note(
                  handle, clock.instant(), id, "project.delete", id.value(), gone.name()));
          List<DeviceId> lost = Devices.ids(handle, id);
          int rows =
              handle
                  .createUpdate("DELETE FROM project WHERE id = :id")
                  .bind("id", id.value())
                  .execute();
          return new Deleted(rows == 1, lost);
        });
    if (deleted.found()) {
      devices.revoked(deleted.devices());
      deletionListeners.forEach(listener -> listener.accept(id));
    }
    return deleted.found();
  }

  /** Calls the listener after a project was deleted, on the thread that deleted it. */
  public void onDeleted(Consumer<ProjectId> listener) {
    deletionListeners.add(listener);
  }

  static Optional<Project> find(Handle handle, ProjectId id) {
    return handle
        .createQuery("SELECT * FROM project WHERE id = :id")
        .bind("id", id.value())
        .map((row, _) -> project(row))
        .findOne();
  }

  private static void insert(Handle handle, Project project) {
    bind(
            handle
                .createUpdate(
                    """
                    INSERT INTO project (id, name, device_type, tags, license_cap, retention_seconds,
                      retention_bytes, approve_reregistration, created)
                    VALUES (:id, :name, :device_type, :tags, :license_cap, :retention_seconds,
                      :retention_bytes, :approve_reregistration, :created)
                    """)
                .bind("created", project.created().toEpochMilli()),
            project)
        .execute();
  }

  private static void update(Handle handle, Project project) {
    bind(
            handle.createUpdate(
                """
                UPDATE project SET name = :name, device_type = :device_type, tags = :tags,
                  license_cap = :license_cap, retention_seconds = :retention_seconds, retention_bytes = :retention_bytes,
                  approve_reregistration = :approve_reregistration
                WHERE id = :id
                """),
            project)
        .execute();
  }

  private static <S extends SqlStatement<S>> S bind(S statement, Project project) {
    ProjectSettings settings = project.settings();
    return statement
        .bind("id", project.id().value())
        .bind("name", project.name())
        .bind("device_type", project.deviceType().name())
        .bind("tags", Columns.fromStrings(project.tags()))
        .bind("license_cap", settings.licenseCap())
        .bind("retention_seconds", settings.retentionAge().toSeconds())
        .bind("retention_bytes", settings.retentionBytes())
        .bind("approve_reregistration", settings.approveReregistration() ? 1 : 0);
  }

  private static Project project(ResultSet row) throws SQLException {
    int cap = row.getInt("license_cap");
    boolean capped = !row.wasNull();
    return new Project(
        new ProjectId(row.getString("id")),
        row.getString("name"),
        DeviceType.valueOf(row.getString("device_type")),
        Columns.toStrings(row.getString("tags")),
        new ProjectSettings(
            capped ? cap : null,
            Duration.ofSeconds(row.getLong("retention_seconds")),
            row.getLong("retention_bytes"),
            row.getInt("approve_reregistration") == 1),
        Instant.ofEpochMilli(row.getLong("created")));
  }

  private static Optional<String> problem(String name, List<String> tags) {
    return PlainText.problem("the project's name", name, MAX_NAME).or(() -> Tags.problem(tags));
  }

  private static Optional<String> problem(ProjectSettings settings) {
    Integer cap = settings.licenseCap();
    if (cap != null && (cap < 0 || cap > MAX_LICENSE_CAP)) {
      return Optional.of(
          "the license cap is " + cap + ": it must be 0 to " + MAX_LICENSE_CAP + ", or left out");
    }
    Duration age = settings.retentionAge();
    if (age.compareTo(MIN_RETENTION) < 0
        || age.compareTo(MAX_RETENTION) > 0
        || !age.equals(age.truncatedTo(ChronoUnit.SECONDS))) {
      return Optional.of(
          "the retention age is " + age + ": it must be 1 hour to 10 years, in whole seconds");
    }
    if (settings.retentionBytes() < MIN_RETENTION_BYTES) {
      return Optional.of(
          "the retention size is "
              + settings.retentionBytes()
              + " bytes: it must be at least "
              + MIN_RETENTION_BYTES);
    }
    return Optional.empty();
  }
}
