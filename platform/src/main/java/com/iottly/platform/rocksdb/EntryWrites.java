package com.iottly.platform.rocksdb;

import com.iottly.platform.core.CommandChange;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.MessageType;
import com.iottly.platform.core.ProjectId;
import com.iottly.wire.Payload;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * Puts entries into the batch of a group, each with its history key, and gives them their positions
 * and the group's timestamp. The buffers are used again for each entry. Writer thread only.
 */
final class EntryWrites {

  private final ByteBuffer key = ByteBuffer.allocateDirect(Long.BYTES);
  private final ByteBuffer historyKey = ByteBuffer.allocateDirect(Keys.HISTORY_BYTES);
  private final ByteBuffer historyValue = ByteBuffer.allocateDirect(1 + Integer.BYTES);
  private ByteBuffer value = ByteBuffer.allocateDirect(64 << 10);

  private final Batch batch;
  private final Extents extents;
  private long position;
  private long timestamp;

  /** Goes on behind that position and that timestamp. */
  EntryWrites(Batch batch, Extents extents, long position, long timestamp) {
    this.batch = batch;
    this.extents = extents;
    this.position = position;
    this.timestamp = timestamp;
  }

  /** The entries to come happen now; time never goes backwards. */
  void at(long now) {
    timestamp = Math.max(timestamp, now);
  }

  /** The newest position given away. */
  long position() {
    return position;
  }

  /** The timestamp of the entries to come. */
  long timestamp() {
    return timestamp;
  }

  void message(
      ProjectId project,
      DeviceId device,
      MessageType type,
      long deviceTimestamp,
      boolean clockTrusted,
      @Nullable String channel,
      Payload payload)
      throws RocksDBException {
    ByteBuffer target = cleared(EntryCodec.room(channel, payload));
    EntryCodec.putMessage(
        target,
        Keys.project(project),
        device,
        timestamp,
        type,
        deviceTimestamp,
        clockTrusted,
        channel,
        payload);
    put(project, device, EntryCodec.kind(type));
  }

  /** The change must have the next position and the group's timestamp. */
  void change(CommandChange change) throws RocksDBException {
    ByteBuffer target = cleared(EntryCodec.room(change.error(), change.result()));
    EntryCodec.putChange(target, Keys.project(change.project()), change);
    put(change.project(), change.device(), EntryCodec.COMMAND_CHANGE);
  }

  private void put(ProjectId project, DeviceId device, byte kind) throws RocksDBException {
    position++;
    value.flip();
    int size = value.remaining();
    key.clear().putLong(position).flip();
    batch.put(Column.ENTRIES, key, value);
    historyKey.clear();
    Keys.put(historyKey, device.value()).putLong(timestamp).putLong(position).flip();
    historyValue.clear().put(kind).putInt(size).flip();
    batch.put(Column.HISTORY, historyKey, historyValue);
    extents.added(project, position, timestamp, size);
  }

  private ByteBuffer cleared(int room) {
    if (value.capacity() < room) {
      value = ByteBuffer.allocateDirect(Integer.highestOneBit(room) << 1);
    }
    return value.clear();
  }
}
