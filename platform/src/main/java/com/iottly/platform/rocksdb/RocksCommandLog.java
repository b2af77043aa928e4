package com.iottly.platform.rocksdb;

import com.iottly.platform.core.Command;
import com.iottly.platform.core.CommandId;
import com.iottly.platform.core.CommandLog;
import com.iottly.platform.core.CommandState;
import com.iottly.platform.core.DeviceId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/** The commands: changes go to the writer, reads go along the indexes. */
final class RocksCommandLog implements CommandLog {

  private static final int MAX_KEY_CHARACTERS = 255;

  private final Gate gate;
  private final Writer writer;
  private final InstantSource clock;

  RocksCommandLog(Gate gate, Writer writer, InstantSource clock) {
    this.gate = gate;
    this.writer = writer;
    this.clock = clock;
  }

  @Override
  public CompletableFuture<Created> create(NewCommand command) {
    String key = command.idempotencyKey();
    if (key != null && key.length() > MAX_KEY_CHARACTERS) {
      throw new IllegalArgumentException(
          "an idempotency key has at most "
              + MAX_KEY_CHARACTERS
              + " characters, this one has "
              + key.length());
    }
    CompletableFuture<Created> done = new CompletableFuture<>();
    writer.submit(new Request.Create(command, done));
    return done;
  }

  @Override
  public Optional<Created> repeat(NewCommand command) {
    String key = command.idempotencyKey();
    if (key == null) {
      return Optional.empty();
    }
    return gate.read(database -> {
      byte @Nullable [] row =
          database.get(Column.IDEMPOTENCY, Keys.idempotency(command.project(), key));
      CommandRows.UsedKey used = row == null ? null : CommandRows.UsedKey.decode(row);
      Command before =
          used == null || used.expires() <= clock.millis() ? null : find(database, used.command());
      if (used == null || before == null) {
        return Optional.empty();
      }
      return Optional.of(
          used.fingerprint().equals(command.fingerprint())
              ? new Created.Repeated(before)
              : new Created.KeyReused());
    });
  }

  @Override
  public CompletableFuture<Optional<Command>> change(CommandId id, CommandState state) {
    switch (state) {
      case SENT, EXPIRED, CANCELLED -> {}
      case QUEUED, DELIVERED, SUCCEEDED, FAILED ->
          throw new IllegalArgumentException("it is not for the platform to say " + state);
    }
    CompletableFuture<Optional<Command>> done = new CompletableFuture<>();
    writer.submit(new Request.Change(id, state, done));
    return done;
  }

  @Override
  public Optional<Command> find(CommandId id) {
    return gate.read(database -> Optional.ofNullable(find(database, id)));
  }

  private static @Nullable Command find(Database database, CommandId id) throws RocksDBException {
    byte @Nullable [] row = database.get(Column.COMMANDS, Keys.command(id));
    return row == null ? null : CommandCodec.decode(id, row).command();
  }

  @Override
  public List<Command> pending(DeviceId device, int limit) {
    return commands(
        Column.PENDING,
        Keys.ofDevice(device, 0),
        Keys.ofDevice(device, Long.MAX_VALUE),
        false,
        limit);
  }

  @Override
  public int pendingCount(DeviceId device) {
    return gate.read(database -> {
      int count = 0;
      try (Walk walk =
          database.walk(
              Column.PENDING, Keys.ofDevice(device, 0), Keys.ofDevice(device, Long.MAX_VALUE))) {
        for (boolean more = walk.first(); more; more = walk.next()) {
          count++;
        }
      }
      return count;
    });
  }

  @Override
  public List<Command> list(DeviceId device, @Nullable CommandId before, int limit) {
    long end = before == null ? Long.MAX_VALUE : position(device, before);
    return commands(
        Column.COMMANDS_BY_DEVICE,
        Keys.ofDevice(device, 0),
        Keys.ofDevice(device, end),
        true,
        limit);
  }

  private long position(DeviceId device, CommandId id) {
    return find(id)
        .filter(command -> command.device().equals(device))
        .map(Command::position)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "the device has no command " + id + "; start from the newest"));
  }

  @Override
  public List<Command> due(Instant moment, int limit) {
    long end = Millis.of(moment);
    return end < 0
        ? List.of()
        : commands(Column.DUE, Keys.due(0, 0), Keys.due(end, Long.MAX_VALUE), false, limit);
  }

  private List<Command> commands(
      Column index, byte[] from, byte[] to, boolean newestFirst, int limit) {
    return gate.read(database -> {
      List<Command> found = new ArrayList<>();
      try (Walk walk = database.walk(index, from, to)) {
        boolean more = newestFirst ? walk.last() : walk.first();
        for (; more && found.size() < limit; more = walk.next()) {
          Command command = find(database, Keys.commandId(walk.value(), 0));
          // Between the index and the row a newer group may have come.
          if (command != null && (newestFirst || command.state().isPending())) {
            found.add(command);
          }
        }
      }
      return found;
    });
  }
}
