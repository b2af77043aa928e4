package com.iottly.platform.sql;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where the database is and how much of it may be used at once.
 *
 * @param file the SQLite file; it and its folder are made when missing, for the owner alone
 * @param readers how many reads may run side by side, 1 to 64; default 4
 * @param patience how long a call waits for a connection before it fails, 1 s to 5 min; default 30
 *     s
 */
public record DatabaseConfig(Path file, int readers, Duration patience) {

  public DatabaseConfig {
    if (readers < 1 || readers > 64) {
      throw new IllegalArgumentException("readers is " + readers + ", allowed are 1 to 64");
    }
    if (patience.compareTo(Duration.ofSeconds(1)) < 0
        || patience.compareTo(Duration.ofMinutes(5)) > 0) {
      throw new IllegalArgumentException("patience is " + patience + ", allowed are 1 s to 5 min");
    }
  }

  /** The defaults for that file. */
  public static DatabaseConfig of(Path file) {
    return new DatabaseConfig(file, 4, Duration.ofSeconds(30));
  }
}
