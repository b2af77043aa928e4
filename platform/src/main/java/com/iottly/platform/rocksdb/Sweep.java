package com.iottly.platform.rocksdb;

import com.iottly.platform.core.CommandId;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.rocksdb.EntryCodec.Head;
import com.iottly.platform.rocksdb.Request.Doomed;
import com.iottly.platform.rocksdb.Request.Mark;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/** Walks over one block of positions and picks what the projects in it lose. One thread. */
final class Sweep {

  private static final int READING = 1 << 14;

  private final long block;
  private final Map<ProjectId, Cut> cuts;
  private final long end;
  private final byte[] key = new byte[Long.BYTES];
  private final byte[] value = new byte[EntryCodec.HEAD_BYTES];
  private int open;
  private long position;
  private boolean finished;

  /**
   * @param newest look at nothing behind this position
   */
  Sweep(long block, Map<ProjectId, Cut> cuts, long newest) {
    this.block = block;
    this.cuts = cuts;
    this.end = Math.min(Extents.firstPosition(block + 1), newest + 1);
    this.position = cuts.values().stream().mapToLong(Cut::low).min().orElse(end);
    this.open = cuts.size();
    this.finished = position >= end;
  }

  boolean isFinished() {
    return finished;
  }

  /** The next rows to delete, until they have about that many entries. */
  List<Doomed> next(Database database, int wanted) throws RocksDBException {
    List<Doomed> doomed = new ArrayList<>();
    int visited = 0;
    long entries = 0;
    try (Walk walk =
        database.walkUncached(Column.ENTRIES, Keys.position(position), Keys.position(end))) {
      for (boolean more = walk.first(); more; more = walk.next()) {
        if (entries >= wanted || ++visited == READING) {
          return doomed;
        }
        walk.key(key);
        int size = walk.value(value);
        long last = Keys.readLong(key, 0);
        Head head = EntryCodec.head(value);
        if (isDoomed(database, last, head, size)) {
          doomed.add(new Doomed(last, head, size));
          entries += head.count();
        }
        position = last + 1;
        if (open == 0) {
          break;
        }
      }
    }
    finished = true;
    return doomed;
  }

  private boolean isDoomed(Database database, long last, Head head, int size)
      throws RocksDBException {
    Cut cut = cuts.get(head.project());
    if (cut == null || cut.isFinished() || last < cut.low()) {
      return false;
    }
    if (!cut.reaches(head)) {
      cut.keep(last, head);
      cut.finish();
      open--;
      return false;
    }
    if (!cut.pendingToo() && isPending(database, head.command())) {
      cut.keep(last, head);
      return false;
    }
    cut.take(size);
    return true;
  }

  private static boolean isPending(Database database, @Nullable CommandId id)
      throws RocksDBException {
    byte @Nullable [] row = id == null ? null : database.get(Column.COMMANDS, Keys.command(id));
    return id != null && row != null && CommandCodec.decode(id, row).command().state().isPending();
  }

  /** How far the low-water marks rose in this block. */
  List<Mark> marks() {
    return cuts.entrySet().stream()
        .map(cut -> cut.getValue().mark(new Extents.Key(cut.getKey(), block)))
        .toList();
  }
}
