package com.iottly.platform.rocksdb;

import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.History;

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
}
