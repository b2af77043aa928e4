package com.iottly.platform.rocksdb;

import com.iottly.platform.core.CommandLog;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.History;
import com.iottly.platform.core.Journal;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.core.Retention;
import com.iottly.platform.core.Store;
import com.iottly.platform.rocksdb.StoreException.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The embedded store: journal, commands and history in one directory, which one process at a time
 * may open. Thread-safe.
 */
public final class RocksStore implements Store {

  private static final Logger LOG = LoggerFactory.getLogger(RocksStore.class);

  private final Gate gate;
  private final Disk disk;
  private final Writer writer;
  private final Journal journal;
  private final CommandLog commandLog;
  private final History history;
  private final Retention retention;
  private volatile boolean closed;

  private RocksStore(InstantSource clock, Gate gate, Disk disk, Writer writer, Bounds bounds) {
    this.gate = gate;
    this.disk = disk;
    this.writer = writer;
    this.journal = new RocksJournal(gate, writer, bounds);
    this.commandLog = new RocksCommandLog(gate, writer, clock);
    this.history = new RocksHistory(gate, bounds);
    this.retention = new RocksRetention(gate, writer, bounds, clock);
  }

  /**
   * Opens the store, and makes it when its directory is empty or missing. A torn end of the
   * write-ahead log, never acknowledged, is dropped.
   *
   * @param clock for the timestamps of entries
   * @param random for the generation of a new store
   * @throws StoreException when it can't be opened, with the reason and what to do
   */
  public static RocksStore open(RocksConfig config, InstantSource clock, RandomGenerator random) {
    Gate gate = new Gate();
    try {
      Files.createDirectories(config.directory());
      Disk disk = new Disk(config.directory(), config.freeSpaceFloor());
      Database database = Database.open(config);
      gate.open(database);
      Meta meta = Meta.of(database, config.directory(), random);
      Bounds bounds = new Bounds(meta.generation());
      bounds.newest(meta.position());
      bounds.oldest(Usages.oldest(database, meta.position()));
      Writer writer = new Writer(config, clock, random, disk, gate, bounds, database, meta);
      Map<DeviceId, ProjectId> lost = sessionsOf(database);
      if (!lost.isEmpty()) {
        LOG.info(
            "{} devices were connected when the journal was left; noting that they no longer are",
            lost.size());
        writer.submit(new Request.LostSessions(lost));
      }
      writer.start();
      return new RocksStore(clock, gate, disk, writer, bounds);
    } catch (IOException e) {
      throw new StoreException(
          Code.IO, "the journal's directory " + config.directory() + " can't be made: " + e, e);
    } catch (RocksDBException e) {
      gate.close(Health.CLOSED.reason());
      throw Failures.opening(config.directory(), e);
    } catch (RuntimeException e) {
      gate.close(Health.CLOSED.reason());
      throw e;
    }
  }

  private static Map<DeviceId, ProjectId> sessionsOf(Database database) throws RocksDBException {
    Map<DeviceId, ProjectId> sessions = new LinkedHashMap<>();
    try (Walk walk = database.walkUncached(Column.CONNECTED, new byte[0], Keys.behindDevices())) {
      for (boolean more = walk.first(); more; more = walk.next()) {
        sessions.put(Keys.device(walk.key()), Keys.project(walk.value(), 0));
      }
    }
    return sessions;
  }

  @Override
  public Journal journal() {
    return journal;
  }

  @Override
  public CommandLog commandLog() {
    return commandLog;
  }

  @Override
  public History history() {
    return history;
  }

  @Override
  public Retention retention() {
    return retention;
  }

  @Override
  public Optional<String> problem() {
    Health health = health();
    return health.state() == Health.State.READY ? Optional.empty() : Optional.of(health.reason());
  }

  /** How the store does now. */
  public Health health() {
    if (closed) {
      return Health.CLOSED;
    }
    String trouble = writer.trouble();
    if (trouble != null) {
      return new Health(Health.State.RECOVERING, trouble);
    }
    String refusal = disk.refusal();
    return refusal == null ? Health.READY : new Health(Health.State.REFUSING, refusal);
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    writer.close();
    try {
      gate.read(database -> {
        database.flush();
        return true;
      });
    } catch (StoreException e) {
      LOG.warn("the journal was closed without emptying its write-ahead log", e);
    }
    gate.close(Health.CLOSED.reason());
  }
}
