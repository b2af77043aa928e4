package com.iottly.platform.activity;

import static org.assertj.core.api.Assertions.assertThat;

import com.iottly.platform.core.ProjectId;
import com.iottly.platform.sql.Database;
import com.iottly.platform.sql.DatabaseConfig;
import com.iottly.platform.sql.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ActivityLogTest {

  private static final ProjectId BUSY = new ProjectId("a".repeat(24));
  private static final ProjectId QUIET = new ProjectId("b".repeat(24));

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock();
  private Database database;
  private ActivityLog log;

  @BeforeEach
  void open() {
    database = Database.open(DatabaseConfig.of(folder.resolve("iottly.db")));
    log = new ActivityLog(database, clock);
    addProject(BUSY);
    addProject(QUIET);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private void addProject(ProjectId id) {
    int _ =
        database.write(handle ->
            handle.execute(
                """
                INSERT INTO project (id, name, device_type, tags, retention_seconds,
                  retention_bytes, approve_reregistration, created)
                VALUES (?, 'p', 'LINUX_AMD64', '[]', 1, 1, 1, 1)
                """,
                id.value()));
  }

  private Instant slotStart() {
    long slot = ActivityLog.SLOT.toMillis();
    return Instant.ofEpochMilli(clock.millis() / slot * slot);
  }

  @Test
  void aSlotAddsUpMessagesAndKeepsHowManyWereConnectedLast() {
    Instant start = slotStart();
    log.note(Map.of(BUSY, new Activity(3, 100, 0)));
    log.note(Map.of(BUSY, new Activity(2, 50, 7)));
    assertThat(log.since(BUSY, start)).containsExactly(new Slot(start, 2, 150, 7));
    assertThat(log.since(QUIET, start)).containsExactly(new Slot(start, 0, 0, 0));
    log.note(Map.of());
    assertThat(log.since(BUSY, start)).containsExactly(new Slot(start, 0, 150, 7));
  }

  @Test
  void aSlotInWhichThePlatformDidNotRunIsMissing() {
    Instant first = slotStart();
    log.note(Map.of(BUSY, new Activity(1, 1, 0)));
    clock.advance(ActivityLog.SLOT.multipliedBy(3));
    Instant last = slotStart();
    log.note(Map.of(BUSY, new Activity(1, 2, 0)));
    assertThat(log.since(BUSY, first)).extracting(Slot::start).containsExactly(first, last);
    assertThat(log.since(BUSY, last)).extracting(Slot::messages).containsExactly(2L);
  }

  @Test
  void slotsAreKeptForAWeekAndGoWithTheirProject() {
    Instant first = slotStart();
    log.note(Map.of());
    clock.advance(ActivityLog.KEPT);
    log.note(Map.of());
    assertThat(log.since(BUSY, first)).hasSize(2);
    clock.advance(ActivityLog.SLOT);
    log.note(Map.of());
    assertThat(log.since(BUSY, first)).extracting(Slot::start).doesNotContain(first).hasSize(2);
    int _ =
        database.write(handle -> handle.execute("DELETE FROM project WHERE id = ?", BUSY.value()));
    log.note(Map.of(BUSY, new Activity(1, 1, 0)));
    assertThat(log.since(BUSY, Instant.EPOCH)).isEmpty();
  }

  @Test
  void itSurvivesARestart() {
    Instant start = slotStart();
    log.note(Map.of(BUSY, new Activity(1, 10, 0)));
    database.close();
    database = Database.open(DatabaseConfig.of(folder.resolve("iottly.db")));
    log = new ActivityLog(database, clock);
    log.note(Map.of(BUSY, new Activity(1, 5, 0)));
    assertThat(log.since(BUSY, start)).extracting(Slot::messages).containsExactly(15L);
    assertThat(Duration.between(start, clock.instant())).isLessThan(ActivityLog.SLOT);
  }
}
