package com.iottly.platform.fleet;

import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.sql.Like;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** How a device and its license stand in SQL. */
final class DeviceRow {

  /** Of the tables {@code device d}, {@code device_identity i} and {@code license l}. */
  static final String COLUMNS =
      """
      d.id, l.project_id, i.mac, d.machine_id, d.name, l.token, i.generation, d.agent_version,
      d.os, d.registered, d.awaiting_machine, d.tags AS device_tags
      """;

  static final String SELECT =
      "SELECT "
          + COLUMNS
          + """
          FROM device d
          JOIN device_identity i ON i.id = d.id
          JOIN license l ON l.device_id = d.id
          """;

  private DeviceRow() {}

  static Device map(ResultSet row) throws SQLException {
    return new Device(
        new DeviceId(UUID.fromString(row.getString("id"))),
        new ProjectId(row.getString("project_id")),
        new MacAddress(row.getString("mac")),
        row.getString("machine_id"),
        row.getString("name"),
        Columns.toStrings(row.getString("device_tags")),
        new LicenseToken(row.getString("token")),
        row.getLong("generation"),
        row.getString("agent_version"),
        row.getString("os"),
        Instant.ofEpochMilli(row.getLong("registered")),
        row.getString("awaiting_machine"));
  }

  static Optional<Device> find(Handle handle, DeviceId id) {
    return handle
        .createQuery(SELECT + "WHERE d.id = :id")
        .bind("id", id.toString())
        .map((row, _) -> map(row))
        .findOne();
  }

  static Optional<Device> find(Handle handle, ProjectId project, MacAddress mac) {
    return handle
        .createQuery(SELECT + "WHERE d.project_id = :project AND i.mac = :mac")
        .bind("project", project.value())
        .bind("mac", mac.value())
        .map((row, _) -> map(row))
        .findOne();
  }

  static List<Device> list(
      Handle handle, ProjectId project, DeviceFilter filter, @Nullable DeviceId after, int limit) {
    String search = filter.search();
    String tag = filter.tag();
    return handle
        .createQuery(
            SELECT
                + """
                WHERE d.project_id = :project AND d.id > :after
                  AND (CAST(:search AS TEXT) IS NULL
                    OR lower(d.name) LIKE lower(:search) ESCAPE '!'
                    OR i.mac LIKE lower(:search) ESCAPE '!'
                    OR d.id LIKE lower(:search) ESCAPE '!')
                  AND (CAST(:tag AS TEXT) IS NULL OR d.tags LIKE :tag ESCAPE '!')
                  AND (CAST(:version AS TEXT) IS NULL OR d.agent_version = :version)
                ORDER BY d.id LIMIT :limit
                """)
        .bind("project", project.value())
        .bind("after", after == null ? "" : after.toString())
        .bind("search", search == null ? null : Like.containing(search))
        .bind("tag", tag == null ? null : Tags.like(tag))
        .bind("version", filter.agentVersion())
        .bind("limit", limit)
        .map((row, _) -> map(row))
        .list();
  }
}
