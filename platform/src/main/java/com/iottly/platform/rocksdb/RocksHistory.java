package com.iottly.platform.rocksdb;

import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.History;
import java.time.Instant;
import java.util.Optional;
import org.rocksdb.RocksDBException;

/** Scans of one device's messages. */
final class RocksHistory implements History {

  private final Gate gate;
  private final Bounds bounds;

  RocksHistory(Gate gate, Bounds bounds) {
    this.gate = gate;
    this.bounds = bounds;
  }

  @Override
  public Scan scan(DeviceId device, Range range) {
    return new HistoryScan(gate, device, range, bounds.newest());
  }

  @Override
  public Optional<Instant> newest(DeviceId device) {
    return gate.read(database -> newest(database, device));
  }

  private static Optional<Instant> newest(Database database, DeviceId device)
      throws RocksDBException {
    byte[] from = Keys.history(device, 0, 0);
    byte[] to = Keys.history(device, Long.MAX_VALUE, 0);
    try (Walk walk = database.walk(Column.HISTORY, from, to)) {
      for (boolean more = walk.last(); more; more = walk.next()) {
        HistoryRow row = HistoryRow.of(walk.key(), walk.value());
        if (row.agentMessages() + row.userMessages() > 0) {
          return Optional.of(Instant.ofEpochMilli(row.timestamp()));
        }
      }
      return Optional.empty();
    }
  }
}
