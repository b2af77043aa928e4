package com.iottly.platform.access;

import com.iottly.platform.core.ProjectId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** How an API key stands in SQL. */
final class ApiKeyRow {

  /** A key with the hash of its secret. */
  record Stored(ApiKey key, String hash) {}

  private ApiKeyRow() {}

  static boolean projectExists(Handle handle, ProjectId project) {
    return handle
        .createQuery("SELECT 1 FROM project WHERE id = :project")
        .bind("project", project.value())
        .map((row, _) -> row.getInt(1))
        .findOne()
        .isPresent();
  }

  static int count(Handle handle, ProjectId project) {
    return handle
        .createQuery("SELECT count(*) FROM api_key WHERE project_id = :project")
        .bind("project", project.value())
        .map((row, _) -> row.getInt(1))
        .one();
  }

  static void insert(Handle handle, ApiKey key, String hash) {
    handle
        .createUpdate(
            """
            INSERT INTO api_key (id, project_id, hash, description, scopes, created, expires)
            VALUES (:id, :project, :hash, :description, :scopes, :created, :expires)
            """)
        .bind("id", key.id().toString())
        .bind("project", key.project().value())
        .bind("hash", hash)
        .bind("description", key.description())
        .bind(
            "scopes",
            key.scopes().stream().sorted().map(Scope::wireName).collect(Collectors.joining(" ")))
        .bind("created", key.created().toEpochMilli())
        .bind("expires", key.expires() == null ? null : (Long) key.expires().toEpochMilli())
        .execute();
  }

  static Optional<ApiKey> findByHash(Handle handle, String hash) {
    return handle
        .createQuery("SELECT * FROM api_key WHERE hash = :hash")
        .bind("hash", hash)
        .map((row, _) -> key(row))
        .findOne();
  }

  static List<ApiKey> list(Handle handle, ProjectId project) {
    return handle
        .createQuery("SELECT * FROM api_key WHERE project_id = :project ORDER BY created, id")
        .bind("project", project.value())
        .map((row, _) -> key(row))
        .list();
  }

  static Optional<Stored> delete(Handle handle, ProjectId project, UUID id) {
    Optional<Stored> stored =
        handle
            .createQuery("SELECT * FROM api_key WHERE id = :id AND project_id = :project")
            .bind("id", id.toString())
            .bind("project", project.value())
            .map((row, _) -> new Stored(key(row), row.getString("hash")))
            .findOne();
    if (stored.isPresent()) {
      handle.createUpdate("DELETE FROM api_key WHERE id = :id").bind("id", id.toString()).execute();
    }
    return stored;
  }

  static int setLastUsed(Handle handle, UUID id, long moment) {
    return handle
        .createUpdate("UPDATE api_key SET last_used = :moment WHERE id = :id")
        .bind("moment", moment)
        .bind("id", id.toString())
        .execute();
  }

  private static ApiKey key(ResultSet row) throws SQLException {
    Set<Scope> scopes =
        Arrays.stream(row.getString("scopes").split(" "))
            .map(name -> Scope.of(name).orElseThrow())
            .collect(Collectors.toSet());
    return new ApiKey(
        UUID.fromString(row.getString("id")),
        new ProjectId(row.getString("project_id")),
        row.getString("description"),
        scopes,
        Instant.ofEpochMilli(row.getLong("created")),
        moment(row, "expires"),
        moment(row, "last_used"));
  }

  private static @Nullable Instant moment(ResultSet row, String column) throws SQLException {
    long millis = row.getLong(column);
    return row.wasNull() ? null : Instant.ofEpochMilli(millis);
  }
}
