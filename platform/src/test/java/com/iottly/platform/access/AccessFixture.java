package com.iottly.platform.access;

import com.iottly.platform.core.ProjectId;
import com.iottly.platform.sql.Database;
import com.iottly.platform.sql.DatabaseConfig;
import com.iottly.platform.sql.ManualClock;
import java.nio.file.Path;
import java.security.SecureRandom;

/** A real SQLite file with one project in it. */
final class AccessFixture implements AutoCloseable {

  static final ProjectId PROJECT = new ProjectId("a".repeat(24));

  final ManualClock clock = new ManualClock();
  final SecureRandom random = new SecureRandom();
  Database database;
  private final Path file;

  AccessFixture(Path folder) {
    file = folder.resolve("iottly.db");
    database = Database.open(DatabaseConfig.of(file));
    addProject(PROJECT);
  }

  void addProject(ProjectId id) {
    database.write(handle ->
        handle.execute(
            """
            INSERT INTO project (id, name, device_type, tags, retention_seconds,
              retention_bytes, approve_reregistration, created)
            VALUES (?, 'p', 'LINUX_AMD64', '[]', 1, 1, 1, 1)
            """,
            id.value()));
  }

  void reopen() {
    database.close();
    database = Database.open(DatabaseConfig.of(file));
  }

  @Override
  public void close() {
    database.close();
  }
}
