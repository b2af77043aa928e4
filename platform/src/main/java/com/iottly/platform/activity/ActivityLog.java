package com.iottly.platform.activity;

import com.iottly.platform.core.ProjectId;
import com.iottly.platform.sql.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** How busy each project was, in slots, for a week. Any thread; blocks on disk. */
public final class ActivityLog {

  /** The length of a slot. */
  public static final Duration SLOT = Duration.ofMinutes(5);

  /** How long slots are kept. */
  public static final Duration KEPT = Duration.ofDays(7);

  private final Database database;
  private final InstantSource clock;

  /** Builds it on an open database, which stays the caller's to close. Reads nothing yet. */
  public ActivityLog(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /**
   * Adds what happened since the last look to the present slot of every project; nothing happened
   * in those that are not named.
   */
  public void note(Map<ProjectId, Activity> projects) {
    Instant now = clock.instant();
    long slot = slot(now);
    boolean _ =
        database.write(handle -> {
          begin(handle, slot);
          add(handle, slot, projects);
          handle
              .createUpdate("DELETE FROM project_activity WHERE slot < :oldest")
              .bind("oldest", slot(now.minus(KEPT)))
              .execute();
          return true;
        });
  }

  private static void begin(Handle handle, long slot) {
    handle
        .createUpdate(
            """
            INSERT INTO project_activity (project_id, slot, connected, messages, lost)
            SELECT id, :slot, 0, 0, 0 FROM project WHERE true
            ON CONFLICT (project_id, slot) DO UPDATE SET connected = 0
            """)
        .bind("slot", slot)
        .execute();
  }

  private static void add(Handle handle, long slot, Map<ProjectId, Activity> projects) {
    if (projects.isEmpty()) {
      return;
    }
    PreparedBatch batch =
        handle.prepareBatch(
            """
            UPDATE project_activity
            SET connected = :connected, messages = messages + :messages, lost = lost + :lost
            WHERE project_id = :project AND slot = :slot
            """);
    projects.forEach((project, activity) ->
        batch
            .bind("connected", activity.connected())
            .bind("messages", activity.messages())
            .bind("lost", activity.lost())
            .bind("project", project.value())
            .bind("slot", slot)
            .add());
    int[] _ = batch.execute();
  }

  /** The project's slots that end behind that moment, oldest first. */
  public List<Slot> since(ProjectId project, Instant moment) {
    return database.read(handle ->
        handle
            .createQuery(
                """
                SELECT slot, connected, messages, lost FROM project_activity
                WHERE project_id = :project AND slot >= :from ORDER BY slot
                """)
            .bind("project", project.value())
            .bind("from", slot(moment))
            .map((row, _) ->
                new Slot(
                    Instant.ofEpochMilli(row.getLong("slot") * SLOT.toMillis()),
                    row.getInt("connected"),
                    row.getLong("messages"),
                    row.getLong("lost")))
            .list());
  }

  private static long slot(Instant moment) {
    return Math.floorDiv(moment.toEpochMilli(), SLOT.toMillis());
  }
}
