package com.iottly.platform.rocksdb;

import com.iottly.platform.core.AppendOutcome;
import com.iottly.platform.core.Command;
import com.iottly.platform.core.CommandId;
import com.iottly.platform.core.CommandLog.Created;
import com.iottly.platform.core.CommandLog.NewCommand;
import com.iottly.platform.core.CommandState;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.Journal.Opened;
import com.iottly.platform.core.Presence;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.core.Uplink;
import com.iottly.platform.rocksdb.StoreException.Code;
import com.iottly.wire.Epoch;
import com.iottly.wire.Payload;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Something for the writer to do. */
sealed interface Request {

  /** About what a request costs beside its payloads. */
  long OVERHEAD = 128;

  /** About how much memory it holds while it waits. */
  long bytes();

  /** How many entries it may add. */
  default int entries() {
    return 1;
  }

  /** Whether it may fill the disk; the others go on when the disk is almost full. */
  default boolean addsData() {
    return true;
  }

  /** Tells whoever waits that it won't be done. */
  void refuse(String reason);

  /** Tells whoever waits that the queue is full. */
  default void turnAway(String detail) {
    refuse("the journal's queue is full: " + detail);
  }

  record Open(DeviceId device, Epoch epoch, CompletableFuture<Opened> done) implements Request {
    @Override
    public long bytes() {
      return OVERHEAD;
    }

    @Override
    public boolean addsData() {
      return false;
    }

    @Override
    public void refuse(String reason) {
      done.complete(new Opened.Unavailable(reason));
    }
  }

  record Append(
      ProjectId project,
      DeviceId device,
      long fence,
      Epoch epoch,
      long first,
      List<Uplink> uplinks,
      long bytes,
      CompletableFuture<AppendOutcome> done)
      implements Request {
    @Override
    public int entries() {
      return uplinks.size();
    }

    @Override
    public void refuse(String reason) {
      done.complete(new AppendOutcome.Unavailable(reason));
    }

    @Override
    public void turnAway(String detail) {
      done.complete(new AppendOutcome.Busy());
    }
  }

  record Gap(
      ProjectId project,
      DeviceId device,
      long fence,
      Epoch epoch,
      long from,
      long through,
      String reason,
      CompletableFuture<AppendOutcome> done)
      implements Request {
    @Override
    public long bytes() {
      return OVERHEAD + 2L * reason.length();
    }

    @Override
    public void refuse(String why) {
      done.complete(new AppendOutcome.Unavailable(why));
    }

    @Override
    public void turnAway(String detail) {
      done.complete(new AppendOutcome.Busy());
    }
  }

  /** A session begins or ends. */
  record Session(
      ProjectId project,
      DeviceId device,
      long fence,
      Presence presence,
      CompletableFuture<AppendOutcome> done)
      implements Request {
    @Override
    public long bytes() {
      return OVERHEAD;
    }

    @Override
    public void refuse(String reason) {
      done.complete(new AppendOutcome.Unavailable(reason));
    }

    @Override
    public void turnAway(String detail) {
      done.complete(new AppendOutcome.Busy());
    }
  }

  /** What the platform itself has to say about a device. */
  record Note(
      ProjectId project, DeviceId device, Payload payload, CompletableFuture<AppendOutcome> done)
      implements Request {
    @Override
    public long bytes() {
      return OVERHEAD + payload.size();
    }

    @Override
    public void refuse(String reason) {
      done.complete(new AppendOutcome.Unavailable(reason));
    }

    @Override
    public void turnAway(String detail) {
      done.complete(new AppendOutcome.Busy());
    }
  }

  /** The sessions that were open when the store was last left, which was not by closing it. */
  record LostSessions(Map<DeviceId, ProjectId> sessions) implements Request {
    @Override
    public long bytes() {
      return OVERHEAD * sessions.size();
    }

    @Override
    public int entries() {
      return sessions.size();
    }

    @Override
    public void refuse(String reason) {
      // They stay noted as connected; the next start tries again.
    }
  }

  record Create(NewCommand command, CompletableFuture<Created> done) implements Request {
    @Override
    public long bytes() {
      return 2 * OVERHEAD + command.body().size();
    }

    @Override
    public void refuse(String reason) {
      done.complete(new Created.Unavailable(reason));
    }
  }

  record Change(CommandId id, CommandState state, CompletableFuture<Optional<Command>> done)
      implements Request {
    @Override
    public long bytes() {
      return OVERHEAD;
    }

    @Override
    public void refuse(String reason) {
      done.completeExceptionally(new StoreException(Code.UNAVAILABLE, reason));
    }
  }

  /**
   * Retention: rows to delete, and how far it came.
   *
   * @param expiredKeys rows of the idempotency column that seemed to have expired
   */
  record Remove(
      List<Doomed> doomed, List<Mark> marks, List<byte[]> expiredKeys, CompletableFuture<Void> done)
      implements Request {
    @Override
    public long bytes() {
      return OVERHEAD * (1L + doomed.size() + marks.size() + expiredKeys.size());
    }

    @Override
    public boolean addsData() {
      return false;
    }

    @Override
    public void refuse(String reason) {
      done.completeExceptionally(new StoreException(Code.UNAVAILABLE, reason));
    }
  }

  /**
   * A row of entries to delete.
   *
   * @param last its last position
   * @param size its bytes, as the project's extent counts them
   */
  record Doomed(long last, EntryCodec.Head head, int size) {}

  /** Nothing of that extent is left before this position and this timestamp. */
  record Mark(Extents.Key extent, long low, long oldest) {}
}
