package com.iottly.platform.rocksdb;

import com.iottly.platform.core.DeviceId;
import com.iottly.wire.Epoch;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * Who may append for each device, and the highest sequence of its stream. One small object per
 * device that opened a session since the start (some 100 bytes), never fewer. Writer thread only.
 */
final class Sessions {

  private static final long UNKNOWN = -1;

  private final Map<DeviceId, Session> sessions = new HashMap<>();
  private final Map<Stream, Long> dirty = new HashMap<>();
  private long lastFence;

  private record Stream(DeviceId device, Epoch epoch) {}

  /** The newest session of a device. */
  static final class Session {
    private final long fence;
    private final Epoch epoch;
    private long received;

    private Session(long fence, Epoch epoch, long received) {
      this.fence = fence;
      this.epoch = epoch;
      this.received = received;
    }

    long fence() {
      return fence;
    }
  }

  /** A new session takes over. */
  Session open(Batch batch, DeviceId device, Epoch epoch) throws RocksDBException {
    long received = UNKNOWN;
    Session before = sessions.get(device);
    if (before != null && before.epoch.equals(epoch)) {
      received = before.received;
    }
    Session session = new Session(++lastFence, epoch, received);
    sessions.put(device, session);
    long _ = received(batch, device, session);
    return session;
  }

  /** The device's session, when that fence is still its own. */
  @Nullable Session current(DeviceId device, long fence) {
    Session session = sessions.get(device);
    return session != null && session.fence == fence ? session : null;
  }

  /** The same, when the session was also opened for that epoch. */
  @Nullable Session current(DeviceId device, long fence, Epoch epoch) {
    Session session = current(device, fence);
    return session != null && session.epoch.equals(epoch) ? session : null;
  }

  long received(Batch batch, DeviceId device, Session session) throws RocksDBException {
    if (session.received == UNKNOWN) {
      Long written = dirty.get(new Stream(device, session.epoch));
      session.received = written != null ? written : stored(batch, device, session.epoch);
    }
    return session.received;
  }

  void advance(DeviceId device, Session session, long through) {
    session.received = through;
    dirty.put(new Stream(device, session.epoch), through);
  }

  void write(Batch batch) throws RocksDBException {
    for (Map.Entry<Stream, Long> entry : dirty.entrySet()) {
      batch.put(
          Column.SEQUENCES,
          Keys.sequence(entry.getKey().device(), entry.getKey().epoch()),
          Keys.position(entry.getValue()));
    }
  }

  void written() {
    dirty.clear();
  }

  /** The batch is lost: the fences hold, the sequences are read again. */
  void forget() {
    dirty.clear();
    sessions.values().forEach(session -> session.received = UNKNOWN);
  }

  private static long stored(Batch batch, DeviceId device, Epoch epoch) throws RocksDBException {
    byte @Nullable [] value = batch.get(Column.SEQUENCES, Keys.sequence(device, epoch));
    return value == null ? 0 : ByteBuffer.wrap(value).getLong();
  }
}
