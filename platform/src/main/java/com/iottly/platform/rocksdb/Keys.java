package com.iottly.platform.rocksdb;

import com.iottly.platform.core.CommandId;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.ProjectId;
import com.iottly.wire.Epoch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;

/** The keys of the columns. */
final class Keys {

  static final int ID_BYTES = 16;
  static final int PROJECT_BYTES = 12;
  static final int HISTORY_BYTES = ID_BYTES + 2 * Long.BYTES;

  private Keys() {}

  static byte[] position(long position) {
    return ByteBuffer.allocate(Long.BYTES).putLong(position).array();
  }

  static byte[] history(DeviceId device, long timestamp, long last) {
    return put(ByteBuffer.allocate(HISTORY_BYTES), device.value())
        .putLong(timestamp)
        .putLong(last)
        .array();
  }

  static byte[] sequence(DeviceId device, Epoch epoch) {
    return put(ByteBuffer.allocate(2 * ID_BYTES), device.value())
        .putLong(epoch.high())
        .putLong(epoch.low())
        .array();
  }

  static byte[] device(DeviceId device) {
    return put(ByteBuffer.allocate(ID_BYTES), device.value()).array();
  }

  static DeviceId device(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new DeviceId(new UUID(buffer.getLong(), buffer.getLong()));
  }

  /** A key behind those of all devices. */
  static byte[] behindDevices() {
    byte[] key = new byte[ID_BYTES + 1];
    Arrays.fill(key, (byte) 0xff);
    return key;
  }

  static byte[] command(CommandId id) {
    return put(ByteBuffer.allocate(ID_BYTES), id.value()).array();
  }

  static byte[] ofDevice(DeviceId device, long position) {
    return put(ByteBuffer.allocate(ID_BYTES + Long.BYTES), device.value())
        .putLong(position)
        .array();
  }

  static byte[] due(long expires, long position) {
    return ByteBuffer.allocate(2 * Long.BYTES).putLong(expires).putLong(position).array();
  }

  /** The key a caller chose, hashed, since it may be long and may say something. */
  static byte[] idempotency(ProjectId project, String key) {
    byte[] hash = sha256(key.getBytes(StandardCharsets.UTF_8));
    return ByteBuffer.allocate(PROJECT_BYTES + hash.length).put(project(project)).put(hash).array();
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  static byte[] extent(ProjectId project, long block) {
    return ByteBuffer.allocate(PROJECT_BYTES + Long.BYTES)
        .put(project(project))
        .putLong(block)
        .array();
  }

  static byte[] project(ProjectId project) {
    return HexFormat.of().parseHex(project.value());
  }

  static ProjectId project(byte[] bytes, int from) {
    return new ProjectId(HexFormat.of().formatHex(bytes, from, from + PROJECT_BYTES));
  }

  static CommandId commandId(byte[] bytes, int from) {
    return new CommandId(uuid(bytes, from));
  }

  static UUID uuid(byte[] bytes, int from) {
    return new UUID(readLong(bytes, from), readLong(bytes, from + Long.BYTES));
  }

  static long readLong(byte[] bytes, int from) {
    return ByteBuffer.wrap(bytes).getLong(from);
  }

  static int readInt(byte[] bytes, int from) {
    return ByteBuffer.wrap(bytes).getInt(from);
  }

  static ByteBuffer put(ByteBuffer target, UUID id) {
    return target.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
  }
}
