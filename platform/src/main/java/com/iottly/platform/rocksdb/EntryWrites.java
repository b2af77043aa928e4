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
 * Puts entries into the batch of a group, and gives them their positions and the group's timestamp.
 * Messages of one device that come one after the other share a row, up to {@value #ROW_ENTRIES} of
 * them or {@value #ROW_BYTES} bytes. The buffers are used again for each row. Writer thread only.
 */
final class EntryWrites {

  /** A row ends at this many messages. */
  static final int ROW_ENTRIES = 256;

  private static final int ROW_BYTES = 16 << 10;

  /** A row of messages that is being filled. */
  private record Open(ProjectId project, DeviceId device) {}

  private final ByteBuffer key = ByteBuffer.allocateDirect(Long.BYTES);
  private final ByteBuffer historyKey = ByteBuffer.allocateDirect(Keys.HISTORY_BYTES);
  private final ByteBuffer historyValue = ByteBuffer.allocateDirect(HistoryRow.VALUE_BYTES);
  private ByteBuffer row = ByteBuffer.allocateDirect(64 << 10);

  private final Batch batch;
  private final Extents extents;
  private long position;
  private long timestamp;

  private @Nullable Open open;
  private int agentMessages;
  private int userMessages;

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
    if (!hasRoom(project, device)) {
      endRow();
      row.clear();
      EntryCodec.beginMessages(row, Keys.project(project), device, timestamp);
      open = new Open(project, device);
    }
    makeRoom(EntryCodec.room(channel, payload));
    EntryCodec.putMessage(row, type, deviceTimestamp, clockTrusted, channel, payload);
    position++;
    switch (type) {
      case IOTTLYAGENT -> agentMessages++;
      case USERDEFINED -> userMessages++;
    }
  }

  private boolean hasRoom(ProjectId project, DeviceId device) {
    return open != null
        && open.device().equals(device)
        && open.project().equals(project)
        && row.position() < ROW_BYTES
        && agentMessages + userMessages < ROW_ENTRIES;
  }

  /** The change must have the next position and the group's timestamp. */
  void change(CommandChange change) throws RocksDBException {
    endRow();
    row.clear();
    makeRoom(EntryCodec.room(change.error(), change.result()));
    EntryCodec.putChange(row, Keys.project(change.project()), change);
    position++;
    put(change.project(), change.device(), 1);
  }

  /** Puts what the open row holds into the batch; to be called before the batch is written. */
  void endRow() throws RocksDBException {
    if (open != null) {
      int count = agentMessages + userMessages;
      EntryCodec.endMessages(row, count);
      put(open.project(), open.device(), count);
      open = null;
      agentMessages = 0;
      userMessages = 0;
    }
  }

  private void put(ProjectId project, DeviceId device, int count) throws RocksDBException {
    row.flip();
    int size = row.remaining();
    key.clear().putLong(position).flip();
    batch.put(Column.ENTRIES, key, row);
    historyKey.clear();
    Keys.put(historyKey, device.value()).putLong(timestamp).putLong(position).flip();
    HistoryRow.putValue(historyValue.clear(), agentMessages, userMessages, size);
    batch.put(Column.HISTORY, historyKey, historyValue.flip());
    extents.added(project, position, count, timestamp, size);
  }

  private void makeRoom(int room) {
    if (row.remaining() < room) {
      int needed = row.position() + room;
      row = ByteBuffer.allocateDirect(Integer.highestOneBit(needed) << 1).put(row.flip());
    }
  }
}
