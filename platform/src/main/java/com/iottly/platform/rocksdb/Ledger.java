package com.iottly.platform.rocksdb;

import com.iottly.platform.core.AppendOutcome;
import com.iottly.platform.core.Command;
import com.iottly.platform.core.CommandChange;
import com.iottly.platform.core.CommandLog.Created;
import com.iottly.platform.core.CommandLog.NewCommand;
import com.iottly.platform.core.CommandState;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.Journal.Opened;
import com.iottly.platform.core.MessageType;
import com.iottly.platform.core.Presence;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.core.Uplink;
import com.iottly.platform.rocksdb.CommandCodec.StoredCommand;
import com.iottly.platform.rocksdb.CommandRows.UsedKey;
import com.iottly.platform.rocksdb.Sessions.Session;
import com.iottly.wire.Payload;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * What the writer knows by heart of one opened database, and the group it is making. The group's
 * answers are held back until it is on disk. Thrown away when a write fails. Writer thread only.
 */
final class Ledger implements AutoCloseable {

  private final Batch batch;
  private final long idempotencyMillis;
  private final Sessions sessions;
  private final Extents extents;
  private final EntryWrites entries;
  private final CommandRows commands;
  private final Set<Long> removed = new HashSet<>();
  private final List<Runnable> answers = new ArrayList<>();

  /** Goes on behind what that database holds. */
  Ledger(Database database, RocksConfig config, Sessions sessions, Meta meta) {
    this.batch = new Batch(database);
    this.idempotencyMillis = config.idempotencyWindow().toMillis();
    this.sessions = sessions;
    this.extents = new Extents(batch);
    this.entries = new EntryWrites(batch, extents, meta.position(), meta.timestamp());
    this.commands = new CommandRows(batch);
  }

  /** What comes now happens at that time, or later when time went backwards. */
  void begin(long now) {
    entries.at(now);
  }

  /** Adds what the request asks for to the group. */
  void add(Request request) throws RocksDBException {
    switch (request) {
      case Request.Open open -> answer(open.done(), open(open));
      case Request.Append append -> answer(append.done(), append(append));
      case Request.Gap gap -> answer(gap.done(), gap(gap));
      case Request.Session session -> answer(session.done(), presence(session));
      case Request.Note note -> answer(note.done(), note(note));
      case Request.LostSessions lost -> endLost(lost);
      case Request.Create create -> answer(create.done(), create(create));
      case Request.Change change -> answer(change.done(), change(change));
      case Request.Remove remove -> remove(remove);
    }
  }

  /** Puts the group on disk. */
  void commit() throws RocksDBException {
    entries.endRow();
    if (batch.isEmpty()) {
      return;
    }
    sessions.write(batch);
    extents.write();
    Meta.write(batch, entries.position(), entries.timestamp());
    batch.commit();
    sessions.written();
    extents.written(entries.position());
    commands.written();
    removed.clear();
  }

  /** Tells those who wait what became of it. */
  void answer() {
    answers.forEach(Runnable::run);
    answers.clear();
  }

  /** The newest position; durable after {@link #commit}. */
  long position() {
    return entries.position();
  }

  @Override
  public void close() {
    batch.close();
  }

  private Opened open(Request.Open open) throws RocksDBException {
    Session session = sessions.open(batch, open.device(), open.epoch());
    return new Opened.Stream(session.fence(), sessions.received(batch, open.device(), session));
  }

  private AppendOutcome append(Request.Append append) throws RocksDBException {
    Session session = sessions.current(append.device(), append.fence(), append.epoch());
    if (session == null) {
      return new AppendOutcome.Fenced();
    }
    long received = sessions.received(batch, append.device(), session);
    long through = append.first() + append.uplinks().size() - 1;
    if (through <= received) {
      return new AppendOutcome.AlreadyHave(received);
    }
    if (append.first() > received + 1) {
      return new AppendOutcome.Missing(received + 1);
    }
    int known = (int) (received + 1 - append.first());
    for (Uplink uplink : append.uplinks().subList(known, append.uplinks().size())) {
      switch (uplink) {
        case Uplink.NewMessage message ->
            entries.message(
                append.project(),
                append.device(),
                message.type(),
                Millis.of(message.deviceTimestamp()),
                message.clockTrusted(),
                message.channel(),
                message.payload());
        case Uplink.CommandReply reply -> reply(append, reply);
      }
    }
    sessions.advance(append.device(), session, through);
    return new AppendOutcome.Appended(through);
  }

  private void reply(Request.Append append, Uplink.CommandReply reply) throws RocksDBException {
    StoredCommand stored = commands.find(reply.command());
    boolean fromDevice =
        switch (reply.state()) {
          case DELIVERED, SUCCEEDED, FAILED -> true;
          case QUEUED, SENT, EXPIRED, CANCELLED -> false;
        };
    if (fromDevice && stored != null && stored.command().device().equals(append.device())) {
      Command _ = change(stored.command(), reply.state(), reply.error(), reply.result());
    }
  }

  private AppendOutcome gap(Request.Gap gap) throws RocksDBException {
    Session session = sessions.current(gap.device(), gap.fence(), gap.epoch());
    if (session == null) {
      return new AppendOutcome.Fenced();
    }
    long received = sessions.received(batch, gap.device(), session);
    if (gap.through() <= received) {
      return new AppendOutcome.AlreadyHave(received);
    }
    if (gap.from() > received + 1) {
      return new AppendOutcome.Missing(received + 1);
    }
    ownMessage(
        gap.project(), gap.device(), LossNote.payload(received + 1, gap.through(), gap.reason()));
    sessions.advance(gap.device(), session, gap.through());
    return new AppendOutcome.Appended(gap.through());
  }

  private AppendOutcome presence(Request.Session session) throws RocksDBException {
    if (sessions.current(session.device(), session.fence()) == null) {
      return new AppendOutcome.Fenced();
    }
    presence(session.project(), session.device(), session.presence());
    return new AppendOutcome.Appended(0);
  }

  private AppendOutcome note(Request.Note note) throws RocksDBException {
    ownMessage(note.project(), note.device(), note.payload());
    return new AppendOutcome.Appended(0);
  }

  private void endLost(Request.LostSessions lost) throws RocksDBException {
    for (Map.Entry<DeviceId, ProjectId> session : lost.sessions().entrySet()) {
      presence(session.getValue(), session.getKey(), Presence.DISCONNECTED);
    }
  }

  private void presence(ProjectId project, DeviceId device, Presence presence)
      throws RocksDBException {
    ownMessage(project, device, presence.payload());
    switch (presence) {
      case CONNECTED -> batch.put(Column.CONNECTED, Keys.device(device), Keys.project(project));
      case DISCONNECTED -> batch.delete(Column.CONNECTED, Keys.device(device));
    }
  }

  private void ownMessage(ProjectId project, DeviceId device, Payload payload)
      throws RocksDBException {
    entries.message(
        project, device, MessageType.IOTTLYAGENT, entries.timestamp(), true, null, payload);
  }

  private Created create(Request.Create create) throws RocksDBException {
    NewCommand wanted = create.command();
    String callersKey = wanted.idempotencyKey();
    byte[] key = callersKey == null ? null : Keys.idempotency(wanted.project(), callersKey);
    UsedKey used = key == null ? null : commands.usedKey(key, entries.timestamp());
    StoredCommand before = commands.find(used == null ? wanted.id() : used.command());
    if (before != null) {
      boolean same = used == null || used.fingerprint().equals(wanted.fingerprint());
      return same ? new Created.Repeated(before.command()) : new Created.KeyReused();
    }
    Instant now = Instant.ofEpochMilli(entries.timestamp());
    Command command =
        new Command(
            wanted.id(),
            wanted.project(),
            wanted.device(),
            wanted.type(),
            wanted.body(),
            entries.position() + 1,
            now,
            Instant.ofEpochMilli(Millis.of(wanted.expires())),
            CommandState.QUEUED,
            now,
            null,
            null);
    entries.change(changeOf(command, CommandState.QUEUED, null, null));
    commands.create(command);
    if (key != null) {
      commands.use(key, wanted, entries.timestamp() + idempotencyMillis);
    }
    return new Created.Accepted(command);
  }

  private Optional<Command> change(Request.Change change) throws RocksDBException {
    StoredCommand stored = commands.find(change.id());
    return stored == null
        ? Optional.empty()
        : Optional.of(change(stored.command(), change.state(), null, null));
  }

  private Command change(
      Command command, CommandState state, @Nullable String error, @Nullable Payload result)
      throws RocksDBException {
    if (!command.state().mayBecome(state)) {
      return command;
    }
    CommandChange change = changeOf(command, state, error, result);
    Command after = command.after(change);
    entries.change(change);
    commands.change(command, after, change.position());
    return after;
  }

  private CommandChange changeOf(
      Command command, CommandState state, @Nullable String error, @Nullable Payload result) {
    return new CommandChange(
        entries.position() + 1,
        command.project(),
        command.device(),
        command.id(),
        Instant.ofEpochMilli(entries.timestamp()),
        state,
        error,
        result);
  }

  private void remove(Request.Remove remove) throws RocksDBException {
    for (Request.Doomed doomed : remove.doomed()) {
      remove(doomed);
    }
    for (Request.Mark mark : remove.marks()) {
      extents.raise(mark.extent(), mark.low(), mark.oldest());
    }
    for (byte[] key : remove.expiredKeys()) {
      if (commands.usedKey(key, entries.timestamp()) == null) {
        commands.forgetKey(key);
      }
    }
    answers.add(() -> remove.done().complete(null));
  }

  private void remove(Request.Doomed doomed) throws RocksDBException {
    EntryCodec.Head head = doomed.head();
    byte[] key = Keys.position(doomed.last());
    if (!removed.add(doomed.last()) || batch.get(Column.ENTRIES, key) == null) {
      return;
    }
    batch.delete(Column.ENTRIES, key);
    batch.delete(Column.HISTORY, Keys.history(head.device(), head.timestamp(), doomed.last()));
    extents.removed(head.project(), doomed.last(), head.count(), doomed.size());
    if (head.command() != null) {
      StoredCommand stored = commands.find(head.command());
      if (stored != null && stored.newest() == doomed.last()) {
        commands.remove(stored.command());
      }
    }
  }

  private <T> void answer(CompletableFuture<T> future, T outcome) {
    answers.add(() -> future.complete(outcome));
  }
}
