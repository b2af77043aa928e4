package com.iottly.platform.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data of earlier versions, brought up to date. */
class MigrationTest {

  @TempDir Path folder;

  @Test
  void usersAndDevicesOfTheFirstVersionAreKept() {
    Path file = folder.resolve("iottly.db");
    String url = "jdbc:sqlite:" + file;
    Flyway.configure()
        .dataSource(url, null, null)
        .locations("classpath:db/migration")
        .target("1")
        .load()
        .migrate();
    Jdbi.create(url)
        .useHandle(handle -> {
          handle.execute(
              """
              INSERT INTO project (id, name, device_type, tags, retention_seconds, retention_bytes,
                approve_reregistration, created)
              VALUES ('p', 'Pumps', 'LINUX_AMD64', '[]', 1, 1, 1, 1)
              """);
          handle.execute("INSERT INTO device_identity VALUES ('d', 'p', 'm', 1)");
          handle.execute(
              "INSERT INTO device (id, project_id, machine_id, name, registered)"
                  + " VALUES ('d', 'p', 'machine', 'Pump', 1)");
          handle.execute("INSERT INTO user_account VALUES ('ada', 'hash', 1)");
        });
    try (Database database = Database.open(DatabaseConfig.of(file))) {
      Map<String, Object> user = row(database, "SELECT * FROM user_account");
      assertThat(user).containsEntry("name", "ada").containsEntry("administrator", 0);
      Map<String, Object> device = row(database, "SELECT * FROM device");
      assertThat(device).containsEntry("name", "Pump").containsEntry("tags", "[]");
    }
  }

  private static Map<String, Object> row(Database database, String query) {
    return database.read(handle -> handle.createQuery(query).mapToMap().one());
  }
}
