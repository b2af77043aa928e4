package com.iottly.platform.rocksdb;

import com.iottly.platform.core.Command;
import com.iottly.platform.core.CommandId;
import com.iottly.platform.core.CommandState;
import com.iottly.platform.core.DeviceId;
import com.iottly.wire.Payload;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a command's present state; its id is its key.
 *
 * <pre>
 *   version 1 | state 1 | project 12 | device 16 | position 8 | newest change's position 8
 *   | created ms 8 | expires ms 8 | changed ms 8 | type | body | error | result
 * </pre>
 *
 * The last four are a 4-byte length and their bytes, -1 for none.
 */
final class CommandCodec {

  private static final byte VERSION = 1;
  private static final int FIXED = 2 + Keys.PROJECT_BYTES + Keys.ID_BYTES + 5 * Long.BYTES + 4 * 4;

  private CommandCodec() {}

  /**
   * A command as it is kept.
   *
   * @param newest the position of its newest change; its row goes when that entry goes
   */
  record StoredCommand(Command command, long newest) {}

  static byte[] encode(StoredCommand stored) {
    Command command = stored.command();
    byte[] type = command.type().getBytes(StandardCharsets.UTF_8);
    byte[] body = command.body().bytes();
    String error = command.error();
    byte[] errorBytes = error == null ? null : error.getBytes(StandardCharsets.UTF_8);
    Payload result = command.result();
    byte[] resultBytes = result == null ? null : result.bytes();
    ByteBuffer target =
        ByteBuffer.allocate(
            FIXED + type.length + body.length + size(errorBytes) + size(resultBytes));
    target.put(VERSION).put(code(command.state())).put(Keys.project(command.project()));
    Keys.put(target, command.device().value())
        .putLong(command.position())
        .putLong(stored.newest())
        .putLong(command.created().toEpochMilli())
        .putLong(command.expires().toEpochMilli())
        .putLong(command.changed().toEpochMilli());
    put(target, type);
    put(target, body);
    put(target, errorBytes);
    put(target, resultBytes);
    return target.array();
  }

  static StoredCommand decode(CommandId id, byte[] bytes) {
    if (bytes[0] != VERSION) {
      throw new StoreException(
          StoreException.Code.NEWER_FORMAT,
          "command " + id + " has format " + bytes[0] + ", which this version can't read");
    }
    ByteBuffer source = ByteBuffer.wrap(bytes).position(2 + Keys.PROJECT_BYTES + Keys.ID_BYTES);
    long position = source.getLong();
    long newest = source.getLong();
    Instant created = Instant.ofEpochMilli(source.getLong());
    Instant expires = Instant.ofEpochMilli(source.getLong());
    Instant changed = Instant.ofEpochMilli(source.getLong());
    String type = new String(required(source), StandardCharsets.UTF_8);
    Payload body = Payload.trusted(required(source));
    byte[] error = optional(source);
    byte[] result = optional(source);
    return new StoredCommand(
        new Command(
            id,
            Keys.project(bytes, 2),
            new DeviceId(Keys.uuid(bytes, 2 + Keys.PROJECT_BYTES)),
            type,
            body,
            position,
            created,
            expires,
            state(bytes[1]),
            changed,
            error == null ? null : new String(error, StandardCharsets.UTF_8),
            result == null ? null : Payload.trusted(result)),
        newest);
  }

  /** The byte of a state on disk; never change one. */
  static byte code(CommandState state) {
    return switch (state) {
      case QUEUED -> 1;
      case SENT -> 2;
      case DELIVERED -> 3;
      case SUCCEEDED -> 4;
      case FAILED -> 5;
      case EXPIRED -> 6;
      case CANCELLED -> 7;
    };
  }

  static CommandState state(byte code) {
    for (CommandState state : CommandState.values()) {
      if (code(state) == code) {
        return state;
      }
    }
    throw new StoreException(
        StoreException.Code.NEWER_FORMAT, "no command state has the code " + code);
  }

  private static int size(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }

  private static void put(ByteBuffer target, byte @Nullable [] bytes) {
    if (bytes == null) {
      target.putInt(-1);
    } else {
      target.putInt(bytes.length).put(bytes);
    }
  }

  private static byte[] required(ByteBuffer source) {
    return bytes(source, source.getInt());
  }

  private static byte @Nullable [] optional(ByteBuffer source) {
    int length = source.getInt();
    return length < 0 ? null : bytes(source, length);
  }

  private static byte[] bytes(ByteBuffer source, int length) {
    byte[] bytes = new byte[length];
    source.get(bytes);
    return bytes;
  }
}
