package com.iottly.platform.sql;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.util.function.Function;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jdbi.v3.core.statement.StatementExceptions.MessageRendering;

/**
 * The relational store. Everything blocks on disk: not for event loops. Any thread.
 *
 * <p>A {@link #write} is durable when it returns, and serializable: it sees no other write's
 * halves. Its body may be run again by engines that resolve conflicts by repetition, so it must
 * have no effect but its SQL.
 */
public final class Database implements AutoCloseable {

  private final HikariDataSource readPool;
  private final HikariDataSource writePool;
  private final Jdbi reads;
  private final Jdbi writes;

  private Database(HikariDataSource readPool, HikariDataSource writePool) {
    this.readPool = readPool;
    this.writePool = writePool;
    this.reads = jdbi(readPool);
    this.writes = jdbi(writePool);
  }

  /**
   * Opens the file, making it when missing, and brings its schema up to date.
   *
   * @throws SqlException when it can't, with what to do about it
   */
  public static Database open(DatabaseConfig config) {
    SqliteFile.prepare(config.file());
    HikariDataSource writePool = SqliteFile.writer(config);
    try {
      migrate(writePool, config);
      return new Database(SqliteFile.readers(config), writePool);
    } catch (RuntimeException e) {
      writePool.close();
      throw e;
    }
  }

  private static void migrate(HikariDataSource pool, DatabaseConfig config) {
    try {
      Flyway.configure()
          .dataSource(pool)
          .locations("classpath:db/migration")
          .failOnMissingLocations(true)
          .ignoreMigrationPatterns(new String[0]) // a schema of the future is refused
          .load()
          .migrate();
    } catch (FlywayException e) {
      throw new SqlException(
          "the schema of "
              + config.file()
              + " can't be brought up to date; if a newer version of the server made it, start that"
              + " one: "
              + e.getMessage(),
          e);
    }
  }

  /** Error messages name the statement but not what was bound to it, which may be secret. */
  private static Jdbi jdbi(HikariDataSource pool) {
    Jdbi jdbi = Jdbi.create(pool);
    jdbi.getConfig(StatementExceptions.class).setMessageRendering(MessageRendering.NONE);
    return jdbi;
  }

  /**
   * Runs a body that only reads, in one snapshot.
   *
   * @throws SqlException when the database fails, or no connection came free in time
   */
  public <T> T read(Function<Handle, T> body) {
    return inTransaction(reads, body);
  }

  /**
   * Runs the body in a transaction of its own. Whatever the body throws rolls it back and comes out
   * again. Must not be called from within another read or write.
   *
   * @throws SqlException when the database fails, or the writer was not free in time
   */
  public <T> T write(Function<Handle, T> body) {
    return inTransaction(writes, body);
  }

  private static <T> T inTransaction(Jdbi jdbi, Function<Handle, T> body) {
    try {
      return jdbi.inTransaction(body::apply);
    } catch (JdbiException e) {
      throw failure(e);
    }
  }

  private static SqlException failure(JdbiException failure) {
    Throwable cause = failure;
    while (!(cause instanceof SQLException) && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return new SqlException("the database failed: " + cause.getMessage(), cause);
  }

  @Override
  public void close() {
    readPool.close();
    writePool.close();
  }
}
