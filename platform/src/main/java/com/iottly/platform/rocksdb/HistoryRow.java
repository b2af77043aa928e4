package com.iottly.platform.rocksdb;

import com.iottly.platform.core.MessageId;
import com.iottly.platform.core.MessageType;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Set;

/**
 * What the history says of a row of entries, without reading it.
 *
 * @param timestamp of all its entries
 * @param last the position of its last entry
 * @param agentMessages how many messages of the agent it holds
 * @param userMessages how many other messages it holds; a command's change has neither
 * @param bytes its size
 */
record HistoryRow(long timestamp, long last, int agentMessages, int userMessages, int bytes) {

  static final int VALUE_BYTES = 3 * Integer.BYTES;

  static HistoryRow of(byte[] key, byte[] value) {
    return new HistoryRow(
        Keys.readLong(key, Keys.ID_BYTES),
        Keys.readLong(key, Keys.ID_BYTES + Long.BYTES),
        Keys.readInt(value, 0),
        Keys.readInt(value, Integer.BYTES),
        Keys.readInt(value, 2 * Integer.BYTES));
  }

  static void putValue(ByteBuffer target, int agentMessages, int userMessages, int bytes) {
    target.putInt(agentMessages).putInt(userMessages).putInt(bytes);
  }

  MessageId firstId() {
    int count = Math.max(1, agentMessages + userMessages);
    return MessageId.of(Instant.ofEpochMilli(timestamp), last - count + 1);
  }

  MessageId lastId() {
    return MessageId.of(Instant.ofEpochMilli(timestamp), last);
  }

  /** How many messages of these types it holds. */
  int count(Set<MessageType> types) {
    return (types.contains(MessageType.IOTTLYAGENT) ? agentMessages : 0)
        + (types.contains(MessageType.USERDEFINED) ? userMessages : 0);
  }

  /** Where its entries are. */
  byte[] place() {
    return Keys.position(last);
  }
}
