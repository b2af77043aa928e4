package com.iottly.platform.rocksdb;

import com.iottly.platform.core.Entry;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.rocksdb.EntryCodec.Head;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.rocksdb.RocksDBException;

/**
 * A read of the journal that passes over the rows of other projects without decoding them, and, for
 * a single project, over the blocks of positions in which it has nothing. One thread.
 */
final class ProjectRead {

  private static final long SLICE_BYTES = 4 << 20;
  private static final int VISITED = 1 << 16;

  private final Set<ProjectId> projects;
  private final long newest;
  private final int limit;
  private final long from;
  private final List<Entry> entries = new ArrayList<>();
  private final byte[] key = new byte[Long.BYTES];
  private final byte[] head = new byte[EntryCodec.HEAD_BYTES];
  private long last;
  private long bytes;
  private int visited;

  /**
   * @param from the first position to look at
   * @param newest the last position to look at
   */
  ProjectRead(Set<ProjectId> projects, long from, long newest, int limit) {
    this.projects = projects;
    this.from = from;
    this.newest = newest;
    this.limit = limit;
    this.last = from - 1;
  }

  List<Entry> entries() {
    return entries;
  }

  /** How far it came. */
  long last() {
    return last;
  }

  ProjectRead run(Database database) throws RocksDBException {
    if (projects.size() == 1 ? walkBlocks(database) : walk(database, from, newest)) {
      last = newest;
    }
    return this;
  }

  private boolean walkBlocks(Database database) throws RocksDBException {
    ProjectId project = projects.iterator().next();
    long position = from;
    while (position <= newest) {
      Usages.Placed next = Usages.next(database, project, Extents.block(position));
      if (next == null) {
        return true;
      }
      long start = Math.max(position, next.extent().low);
      long end = Math.min(newest, Extents.firstPosition(next.key().block() + 1) - 1);
      if (start <= end && !walk(database, start, end)) {
        return false;
      }
      position = end + 1;
    }
    return true;
  }

  /** Reads the rows whose last entry is there; false when it is full before their end. */
  private boolean walk(Database database, long start, long end) throws RocksDBException {
    try (Walk walk = database.walk(Column.ENTRIES, Keys.position(start), Keys.position(end + 1))) {
      for (boolean more = walk.first(); more; more = walk.next()) {
        walk.key(key);
        long rowLast = Keys.readLong(key, 0);
        int _ = walk.value(head);
        if (projects.contains(EntryCodec.head(head).project()) && !take(walk.value(), rowLast)) {
          return false;
        }
        last = rowLast;
        if (++visited == VISITED || bytes >= SLICE_BYTES) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean take(byte[] row, long rowLast) {
    bytes += row.length;
    for (Entry entry : EntryCodec.entries(rowLast, row)) {
      if (entry.position() >= from) {
        if (entries.size() == limit) {
          return false;
        }
        entries.add(entry);
        last = entry.position();
      }
    }
    return true;
  }

  /** The position before the project's first entry that is no older than that. */
  static long before(Database database, ProjectId project, long millis, long newest)
      throws RocksDBException {
    List<Usages.Placed> extents = Usages.of(database, project);
    int first = 0;
    while (first + 1 < extents.size() && extents.get(first + 1).extent().oldest < millis) {
      first++;
    }
    for (Usages.Placed placed : extents.subList(first, extents.size())) {
      long end = Math.min(newest + 1, Extents.firstPosition(placed.key().block() + 1));
      try (Walk walk =
          database.walk(Column.ENTRIES, Keys.position(placed.extent().low), Keys.position(end))) {
        for (boolean more = walk.first(); more; more = walk.next()) {
          Head head = EntryCodec.head(walk.value());
          if (head.project().equals(project) && head.timestamp() >= millis) {
            return head.first(Keys.readLong(walk.key(), 0)) - 1;
          }
        }
      }
    }
    return newest;
  }
}
