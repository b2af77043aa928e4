package com.iottly.platform.fleet;

import com.iottly.platform.core.ProjectId;
import com.iottly.platform.sql.Database;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts devices. Any thread; blocks on disk. */
public final class Census {

  /**
   * How many devices have an agent of a version.
   *
   * @param agentVersion null when it is not known
   */
  public record Version(@Nullable String agentVersion, int devices) {}

  private final Database database;

  Census(Database database) {
    this.database = database;
  }

  /** How many devices each project has that has one. */
  public Map<ProjectId, Integer> devices() {
    return database.read(handle ->
        handle
            .createQuery(
                """
                SELECT project_id, count(*) AS devices FROM license
                WHERE device_id IS NOT NULL GROUP BY project_id
                """)
            .reduceRows(
                new HashMap<>(),
                (counts, row) -> {
                  counts.put(
                      new ProjectId(row.getColumn("project_id", String.class)),
                      row.getColumn("devices", Integer.class));
                  return counts;
                }));
  }

  /** The project's devices by agent version, the most frequent first. */
  public List<Version> versions(ProjectId project) {
    return database.read(handle ->
        handle
            .createQuery(
                """
                SELECT d.agent_version, count(*) AS devices
                FROM device d JOIN license l ON l.device_id = d.id
                WHERE l.project_id = :project
                GROUP BY d.agent_version ORDER BY devices DESC, d.agent_version
                """)
            .bind("project", project.value())
            .map((row, _) -> new Version(row.getString("agent_version"), row.getInt("devices")))
            .list());
  }
}
