package com.iottly.platform.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteConfig.TransactionMode;
import org.sqlite.SQLiteDataSource;

/**
 * All that is particular to SQLite: a file for its owner alone, a write-ahead log so that readers
 * and the writer don't wait for each other, a sync with every commit, and one writing connection,
 * so that callers queue in the pool and never meet SQLITE_BUSY.
 */
final class SqliteFile {

  private SqliteFile() {}

  /** SQLite gives its -wal and -shm files the permissions of the file itself. */
  static void prepare(Path file) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null && !Files.exists(folder)) {
        Files.createDirectories(
            folder,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      var ownerOnly = PosixFilePermissions.fromString("rw-------");
      try {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(ownerOnly));
      } catch (FileAlreadyExistsException e) {
        Files.setPosixFilePermissions(file, ownerOnly);
      }
    } catch (IOException e) {
      throw new SqlException(
          "the database file " + file + " can't be made or protected; does the server own it?", e);
    }
  }

  static HikariDataSource writer(DatabaseConfig config) {
    SQLiteConfig sqlite = settings(config);
    sqlite.setTransactionMode(TransactionMode.IMMEDIATE);
    HikariConfig pool = pool(config, sqlite, "sql-writer");
    pool.setMaximumPoolSize(1);
    return open(config, pool);
  }

  static HikariDataSource readers(DatabaseConfig config) {
    HikariConfig pool = pool(config, settings(config), "sql-readers");
    pool.setMaximumPoolSize(config.readers());
    pool.setMinimumIdle(1);
    pool.setConnectionInitSql("PRAGMA query_only = ON");
    return open(config, pool);
  }

  private static SQLiteConfig settings(DatabaseConfig config) {
    SQLiteConfig sqlite = new SQLiteConfig();
    sqlite.setJournalMode(JournalMode.WAL);
    sqlite.setSynchronous(SynchronousMode.FULL);
    sqlite.enforceForeignKeys(true);
    sqlite.setBusyTimeout(Math.toIntExact(config.patience().toMillis()));
    return sqlite;
  }

  private static HikariConfig pool(DatabaseConfig config, SQLiteConfig sqlite, String name) {
    SQLiteDataSource source = new SQLiteDataSource(sqlite);
    source.setUrl("jdbc:sqlite:" + config.file());
    HikariConfig pool = new HikariConfig();
    pool.setDataSource(source);
    pool.setPoolName(name);
    pool.setConnectionTimeout(config.patience().toMillis());
    pool.setMaxLifetime(0);
    return pool;
  }

  private static HikariDataSource open(DatabaseConfig config, HikariConfig pool) {
    try {
      return new HikariDataSource(pool);
    } catch (PoolInitializationException e) {
      throw new SqlException(
          "the database file " + config.file() + " can't be opened: " + e.getMessage(), e);
    }
  }
}
