package com.iottly.platform.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.iottly.platform.sql.Database;
import com.iottly.platform.sql.DatabaseConfig;
import com.iottly.platform.sql.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {

  private static final AuditLog.Filter ALL = new AuditLog.Filter(null, null, null, null, null);

  @TempDir Path folder;

  private final ManualClock clock = new ManualClock();
  private Database database;
  private AuditLog log;

  @BeforeEach
  void open() {
    database = Database.open(DatabaseConfig.of(folder.resolve("iottly.db")));
    log = new AuditLog(database, clock, new AuditLimits(Duration.ofDays(10), 3));
  }

  @AfterEach
  void close() {
    database.close();
  }

  private void note(String target) {
    int _ =
        database.write(handle -> {
          AuditLog.note(handle, clock.instant(), null, "thing.deed", target, "");
          return 1;
        });
  }

  private List<String> targets() {
    return log.list(ALL, Long.MAX_VALUE, 100).stream().map(AuditEntry::target).toList();
  }

  @Test
  void aChangeThatIsRolledBackLeavesNoEntry() {
    assertThatThrownBy(() ->
            database.write(handle -> {
              AuditLog.note(handle, clock.instant(), null, "thing.deed", "x", "");
              throw new IllegalStateException("no");
            }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(targets()).isEmpty();
  }

  @Test
  void whatIsTooOldOrTooMuchGoesOldestFirst() {
    note("old");
    clock.advance(Duration.ofDays(10));
    note("a");
    assertThat(log.forgetOld()).as("exactly as old as may be").isZero();
    clock.advance(Duration.ofMillis(1));
    assertThat(log.forgetOld()).isEqualTo(1);
    note("b");
    note("c");
    assertThat(log.forgetOld()).isZero();
    note("d");
    assertThat(log.forgetOld()).isEqualTo(1);
    assertThat(targets()).containsExactly("d", "c", "b");
  }

  @Test
  void theActorIsWhoWasNamedForThisThreadAndTheServerOtherwise() {
    new Actor(Actor.Kind.USER, "ada", "192.0.2.1")
        .does(() -> {
          note("hers");
          return 1;
        });
    note("ours");
    assertThat(log.list(ALL, Long.MAX_VALUE, 100))
        .extracting(entry -> entry.actor().kind())
        .containsExactly(Actor.Kind.SERVER, Actor.Kind.USER);
  }

  @Test
  void aLongDetailIsCut() {
    int _ =
        database.write(handle -> {
          AuditLog.note(handle, clock.instant(), null, "thing.deed", "x", "d".repeat(501));
          return 1;
        });
    assertThat(log.list(ALL, Long.MAX_VALUE, 1).getFirst().detail()).hasSize(500);
  }
}
