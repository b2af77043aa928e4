package com.iottly.platform.audit;

import com.iottly.platform.core.ProjectId;
import com.iottly.platform.sql.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The log of who changed what. Any thread; blocks on disk. */
public final class AuditLog {

  private static final int MAX_DETAIL = 500;

  /**
   * Which entries to list; null means any.
   *
   * @param project of that project
   * @param actor by that user or key
   * @param action what was done, or its part before the dot
   * @param from not before this moment
   * @param to before this moment
   */
  public record Filter(
      @Nullable ProjectId project,
      @Nullable String actor,
      @Nullable String action,
      @Nullable Instant from,
      @Nullable Instant to) {}

  private final Database database;
  private final InstantSource clock;
  private final AuditLimits limits;

  /** Builds it on an open database, which stays the caller's to close. Reads nothing yet. */
  public AuditLog(Database database, InstantSource clock, AuditLimits limits) {
    this.database = database;
    this.clock = clock;
    this.limits = limits;
  }

  /**
   * Notes a change by {@link Actor#present}, in the transaction that makes it.
   *
   * @param handle that transaction
   * @param moment now
   * @param action {@code thing.deed}
   * @param target the thing's id or name
   * @param detail more for a person, never a secret; cut at 500 characters
   */
  public static void note(
      Handle handle,
      Instant moment,
      @Nullable ProjectId project,
      String action,
      String target,
      String detail) {
    Actor actor = Actor.present();
    handle
        .createUpdate(
            """
            INSERT INTO audit_entry (position, moment, actor_kind, actor, address, project_id,
              action, target, detail)
            SELECT coalesce(max(position), 0) + 1, :moment, :kind, :actor, :address, :project,
              :action, :target, :detail
            FROM audit_entry
            """)
        .bind("moment", moment.toEpochMilli())
        .bind("kind", actor.kind().wireName())
        .bind("actor", actor.name())
        .bind("address", actor.address())
        .bind("project", project == null ? null : project.value())
        .bind("action", action)
        .bind("target", target)
        .bind("detail", detail.length() > MAX_DETAIL ? detail.substring(0, MAX_DETAIL) : detail)
        .execute();
  }

  /** Notes what changes nothing in the database, in a transaction of its own. */
  public void note(ProjectId project, String action, String target, String detail) {
    Instant now = clock.instant();
    database.write(handle -> {
      note(handle, now, project, action, target, detail);
      return now;
    });
  }

  /**
   * Up to {@code limit} entries, newest first.
   *
   * @param before only those before this position
   */
  public List<AuditEntry> list(Filter filter, long before, int limit) {
    return database.read(handle ->
        handle
            .createQuery(
                """
                SELECT * FROM audit_entry
                WHERE position < :before
                  AND (CAST(:project AS TEXT) IS NULL OR project_id = :project)
                  AND (CAST(:actor AS TEXT) IS NULL OR actor = :actor)
                  AND (CAST(:action AS TEXT) IS NULL OR action = :action
                    OR substr(action, 1, length(:action) + 1) = :action || '.')
                  AND moment >= :from AND moment < :to
                ORDER BY position DESC LIMIT :limit
                """)
            .bind("before", before)
            .bind("project", filter.project() == null ? null : filter.project().value())
            .bind("actor", filter.actor())
            .bind("action", filter.action())
            .bind("from", filter.from() == null ? Long.MIN_VALUE : filter.from().toEpochMilli())
            .bind("to", filter.to() == null ? Long.MAX_VALUE : filter.to().toEpochMilli())
            .bind("limit", limit)
            .map((row, _) -> entry(row))
            .list());
  }

  /**
   * Deletes what is too old or too much.
   *
   * @return how many entries
   */
  public int forgetOld() {
    return database.write(handle ->
        handle
            .createUpdate(
                """
                DELETE FROM audit_entry WHERE moment < :moment
                  OR position <= (SELECT max(position) FROM audit_entry) - :entries
                """)
            .bind("moment", clock.instant().minus(limits.age()).toEpochMilli())
            .bind("entries", limits.entries())
            .execute());
  }

  private static AuditEntry entry(ResultSet row) throws SQLException {
    String project = row.getString("project_id");
    return new AuditEntry(
        row.getLong("position"),
        Instant.ofEpochMilli(row.getLong("moment")),
        new Actor(
            Actor.Kind.valueOf(row.getString("actor_kind").toUpperCase(Locale.ROOT)),
            row.getString("actor"),
            row.getString("address")),
        project == null ? null : new ProjectId(project),
        row.getString("action"),
        row.getString("target"),
        row.getString("detail"));
  }
}
