package com.iottly.platform.rocksdb;

import com.iottly.platform.core.Command;
import com.iottly.platform.core.CommandId;
import com.iottly.platform.core.CommandLog.NewCommand;
import com.iottly.platform.rocksdb.CommandCodec.StoredCommand;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * The commands' present states and idempotency keys as they will be after the group: what the group
 * wrote so far hides what is on disk. Writer thread only.
 */
final class CommandRows {

  private final Batch batch;
  private final Map<CommandId, Optional<StoredCommand>> changed = new HashMap<>();
  private final Map<String, UsedKey> keys = new HashMap<>();

  CommandRows(Batch batch) {
    this.batch = batch;
  }

  /** An idempotency key's row. */
  record UsedKey(CommandId command, long expires, String fingerprint) {
    private byte[] encode() {
      byte[] text = fingerprint.getBytes(StandardCharsets.UTF_8);
      return Keys.put(ByteBuffer.allocate(24 + text.length), command.value())
          .putLong(expires)
          .put(text)
          .array();
    }

    static UsedKey decode(byte[] row) {
      return new UsedKey(
          Keys.commandId(row, 0),
          Keys.readLong(row, Keys.ID_BYTES),
          new String(row, 24, row.length - 24, StandardCharsets.UTF_8));
    }
  }

  /** The command as it is now, or null. */
  @Nullable StoredCommand find(CommandId id) throws RocksDBException {
    Optional<StoredCommand> known = changed.get(id);
    if (known != null) {
      return known.orElse(null);
    }
    byte @Nullable [] row = batch.get(Column.COMMANDS, Keys.command(id));
    return row == null ? null : CommandCodec.decode(id, row);
  }

  /** The key's row, or null when it was not used or its time is over. */
  @Nullable UsedKey usedKey(byte[] key, long now) throws RocksDBException {
    UsedKey used = keys.get(HexFormat.of().formatHex(key));
    if (used == null) {
      byte @Nullable [] row = batch.get(Column.IDEMPOTENCY, key);
      used = row == null ? null : UsedKey.decode(row);
    }
    return used == null || used.expires() <= now ? null : used;
  }

  void create(Command command) throws RocksDBException {
    byte[] id = Keys.command(command.id());
    byte[] place = Keys.ofDevice(command.device(), command.position());
    batch.put(Column.COMMANDS_BY_DEVICE, place, id);
    batch.put(Column.PENDING, place, id);
    batch.put(Column.DUE, due(command), id);
    put(new StoredCommand(command, command.position()));
  }

  void use(byte[] key, NewCommand command, long expires) throws RocksDBException {
    UsedKey used = new UsedKey(command.id(), expires, command.fingerprint());
    keys.put(HexFormat.of().formatHex(key), used);
    batch.put(Column.IDEMPOTENCY, key, used.encode());
  }

  void forgetKey(byte[] key) throws RocksDBException {
    keys.remove(HexFormat.of().formatHex(key));
    batch.delete(Column.IDEMPOTENCY, key);
  }

  void change(Command before, Command after, long changePosition) throws RocksDBException {
    if (before.state().isPending() && !after.state().isPending()) {
      removePending(before);
    }
    put(new StoredCommand(after, changePosition));
  }

  void remove(Command command) throws RocksDBException {
    if (command.state().isPending()) {
      removePending(command);
    }
    changed.put(command.id(), Optional.empty());
    batch.delete(Column.COMMANDS, Keys.command(command.id()));
    batch.delete(Column.COMMANDS_BY_DEVICE, Keys.ofDevice(command.device(), command.position()));
  }

  /** The group is on disk. */
  void written() {
    changed.clear();
    keys.clear();
  }

  private void put(StoredCommand stored) throws RocksDBException {
    CommandId id = stored.command().id();
    changed.put(id, Optional.of(stored));
    batch.put(Column.COMMANDS, Keys.command(id), CommandCodec.encode(stored));
  }

  private void removePending(Command command) throws RocksDBException {
    batch.delete(Column.PENDING, Keys.ofDevice(command.device(), command.position()));
    batch.delete(Column.DUE, due(command));
  }

  private static byte[] due(Command command) {
    return Keys.due(Math.max(0, command.expires().toEpochMilli()), command.position());
  }
}
