package com.iottly.platform.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.iottly.platform.data.DataDirectory;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** With checkpoints so rare that a test sees none. */
class WebhookCheckpointTest extends WebhookFixture {

  @Override
  Map<String, String> settings() {
    return Map.of("WEBHOOK_CHECKPOINT", "1m");
  }

  /** Its place in the journal as the database has it. */
  private String place(String hook) throws SQLException {
    String database = "jdbc:sqlite:" + data().resolve(DataDirectory.DATABASE_FILE);
    try (Connection connection = DriverManager.getConnection(database);
        PreparedStatement query =
            connection.prepareStatement("SELECT place FROM webhook WHERE id = ?")) {
      query.setString(1, hook);
      try (ResultSet row = query.executeQuery()) {
        assertThat(row.next()).isTrue();
        return row.getString(1);
      }
    }
  }

  @Test
  void itsPlaceIsWrittenAtACheckpointOrAStopAndNotBefore() throws Exception {
    String hook = create();
    String before = place(hook);
    send(platform.provision("pump"), 1, 3);
    awaitNumbers(1, 2, 3);
    assertThat(place(hook)).isEqualTo(before);
    platform.restart();
    assertThat(place(hook)).isNotEqualTo(before);
    send(platform.provision("other"), 4, 4);
    awaitNumbers(1, 2, 3, 4);
    assertThat(endpoint.taken()).as("nothing again").hasSize(4);
  }
}
