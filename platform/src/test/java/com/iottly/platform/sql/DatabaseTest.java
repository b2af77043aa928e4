package com.iottly.platform.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseTest {

  @TempDir Path folder;

  private Path file() {
    return folder.resolve("data").resolve("iottly.db");
  }

  private Database open() {
    return Database.open(DatabaseConfig.of(file()));
  }

  private static int insertUser(Handle handle, String name) {
    return handle.execute(
        "INSERT INTO user_account (name, password, created) VALUES (?, 'secret-hash', 1)", name);
  }

  private static int countUsers(Database database) {
    return database.read(handle ->
        handle
            .createQuery("SELECT count(*) FROM user_account")
            .map((row, _) -> row.getInt(1))
            .one());
  }

  private static String pragma(Handle handle, String name) {
    return handle.createQuery("PRAGMA " + name).map((row, _) -> row.getString(1)).one();
  }

  @Test
  void aMissingFileIsMadeWithItsSchemaAndForItsOwnerAlone() throws IOException {
    try (Database database = open()) {
      assertThat(countUsers(database)).isZero();
      database.write(handle -> insertUser(handle, "ada"));
      for (String suffix : List.of("", "-wal", "-shm")) {
        Path part = Path.of(file() + suffix);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(part)))
            .as(suffix)
            .isEqualTo("rw-------");
      }
    }
  }

  @Test
  void aFileThatOthersMayReadIsClosedToThem() throws IOException {
    open().close();
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));
    open().close();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
  }

  @Test
  void whatWasWrittenIsThereAfterReopening() {
    try (Database database = open()) {
      database.write(handle -> insertUser(handle, "ada"));
    }
    try (Database database = open()) {
      assertThat(countUsers(database)).isOne();
    }
  }

  @Test
  void everyConnectionIsDurableAndHoldsForeignKeys() {
    try (Database database = open()) {
      for (String name : List.of("journal_mode=wal", "synchronous=2", "foreign_keys=1")) {
        String[] pragma = name.split("=");
        assertThat(database.<String>read(handle -> pragma(handle, pragma[0]))).isEqualTo(pragma[1]);
        assertThat(database.<String>write(handle -> pragma(handle, pragma[0])))
            .isEqualTo(pragma[1]);
      }
      assertThatThrownBy(() ->
              database.write(handle ->
                  handle.execute(
                      "INSERT INTO license (token, project_id, created)"
                          + " VALUES ('t', 'nobody', 1)")))
          .isInstanceOf(SqlException.class)
          .hasMessageContaining("FOREIGN KEY");
    }
  }

  @Test
  void aBodyThatThrowsLeavesNothingBehind() {
    try (Database database = open()) {
      assertThatThrownBy(() ->
              database.write(handle -> {
                insertUser(handle, "ada");
                throw new IllegalStateException("changed my mind");
              }))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("changed my mind");
      assertThat(countUsers(database)).isZero();
    }
  }

  @Test
  void aReadCantWrite() {
    try (Database database = open()) {
      assertThatThrownBy(() -> database.read(handle -> insertUser(handle, "ada")))
          .isInstanceOf(SqlException.class);
      assertThat(countUsers(database)).isZero();
    }
  }

  @Test
  void aReadSeesOneSnapshot() {
    try (Database database = open()) {
      boolean same =
          database.read(handle -> {
            String count = "SELECT count(*) FROM user_account";
            int before = handle.createQuery(count).map((row, _) -> row.getInt(1)).one();
            runElsewhere(() -> database.write(writer -> insertUser(writer, "ada")));
            int after = handle.createQuery(count).map((row, _) -> row.getInt(1)).one();
            return before == after;
          });
      assertThat(same).isTrue();
      assertThat(countUsers(database)).isOne();
    }
  }

  private static void runElsewhere(Runnable body) {
    try {
      Thread.ofVirtual().start(body).join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void manyWritersAndReadersNeverGetInEachOthersWay() throws Exception {
    try (Database database = open();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> work =
          IntStream.range(0, 100)
              .mapToObj(i ->
                  threads.submit(() -> {
                    database.write(handle -> insertUser(handle, "user" + i));
                    return countUsers(database);
                  }))
              .toList();
      for (Future<Integer> one : work) {
        assertThat(one.get()).isBetween(1, 100);
      }
      assertThat(countUsers(database)).isEqualTo(100);
    }
  }

  @Test
  void aWriterThatIsNotFreeInTimeIsAnError() throws Exception {
    DatabaseConfig config = new DatabaseConfig(file(), 1, Duration.ofSeconds(1));
    CountDownLatch holding = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    try (Database database = Database.open(config)) {
      Thread holder =
          Thread.ofVirtual()
              .start(() ->
                  database.write(handle -> {
                    holding.countDown();
                    try {
                      release.await();
                    } catch (InterruptedException e) {
                      throw new IllegalStateException(e);
                    }
                    return insertUser(handle, "slow");
                  }));
      holding.await();
      assertThatThrownBy(() -> database.write(handle -> insertUser(handle, "late")))
          .isInstanceOf(SqlException.class);
      release.countDown();
      holder.join();
      assertThat(countUsers(database)).isOne();
    }
  }

  @Test
  void anErrorNamesTheCauseButNotWhatWasBound() {
    try (Database database = open()) {
      assertThatThrownBy(() ->
              database.write(handle ->
                  handle
                      .createUpdate("INSERT INTO user_account (name) VALUES (:secret)")
                      .bind("secret", "hunter2")
                      .execute()))
          .isInstanceOf(SqlException.class)
          .hasMessageContaining("NOT NULL")
          .hasStackTraceContaining("user_account")
          .satisfies(e -> assertThat(stackTrace(e)).doesNotContain("hunter2"));
    }
  }

  private static String stackTrace(Throwable failure) {
    java.io.StringWriter text = new java.io.StringWriter();
    failure.printStackTrace(new java.io.PrintWriter(text));
    return text.toString();
  }

  @Test
  void aFileThatIsNoDatabaseIsRefusedByName() throws IOException {
    Files.createDirectories(file().getParent());
    Files.writeString(file(), "this is a text, and quite a long one, but not a database at all");
    assertThatThrownBy(this::open)
        .isInstanceOf(SqlException.class)
        .hasMessageContaining("iottly.db");
  }

  @Test
  void aFolderThatCantBeMadeIsRefusedByName() throws IOException {
    Files.writeString(folder.resolve("data"), "in the way");
    assertThatThrownBy(this::open)
        .isInstanceOf(SqlException.class)
        .hasMessageContaining("iottly.db");
  }

  @Test
  void aSchemaOfTheFutureIsRefused() {
    try (Database database = open()) {
      database.write(handle ->
          handle.execute(
              """
              INSERT INTO flyway_schema_history (installed_rank, version, description, type,
                script, checksum, installed_by, execution_time, success)
              VALUES (999, '999', 'future', 'SQL', 'V999__future.sql', 1, 'x', 1, 1)
              """));
    }
    assertThatThrownBy(this::open)
        .isInstanceOf(SqlException.class)
        .hasMessageContaining("newer version");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 65})
  void theNumberOfReadersHasItsLimits(int readers) {
    Duration patience = Duration.ofSeconds(1);
    assertThatThrownBy(() -> new DatabaseConfig(file(), readers, patience))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 to 64");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0.999S", "PT5M0.001S"})
  void patienceHasItsLimits(String patience) {
    assertThatThrownBy(() -> new DatabaseConfig(file(), 1, Duration.parse(patience)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 s to 5 min");
  }
}
