package com.iottly.platform.rocksdb;

import com.iottly.platform.core.ProjectId;
import com.iottly.platform.rocksdb.Extents.Extent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/** Reads the extents. */
final class Usages {

  private Usages() {}

  /** An extent and where it is. */
  record Placed(Extents.Key key, Extent extent) {}

  /** Every extent, by project, then by position. */
  static List<Placed> all(Database database) throws RocksDBException {
    byte[] end = new byte[Keys.PROJECT_BYTES + Long.BYTES + 1];
    Arrays.fill(end, (byte) 0xff);
    return read(database, new byte[0], end);
  }

  /** The project's extents, by position. */
  static List<Placed> of(Database database, ProjectId project) throws RocksDBException {
    return read(database, Keys.extent(project, 0), Keys.extent(project, Long.MAX_VALUE));
  }

  /** The project's first extent in that block or behind it, or null. */
  static @Nullable Placed next(Database database, ProjectId project, long block)
      throws RocksDBException {
    try (Walk walk =
        database.walk(
            Column.EXTENTS, Keys.extent(project, block), Keys.extent(project, Long.MAX_VALUE))) {
      return walk.first()
          ? new Placed(Extents.Key.of(walk.key()), Extent.decode(walk.value()))
          : null;
    }
  }

  /** No entry is before this position. */
  static long oldest(Database database, long newest) throws RocksDBException {
    long oldest = newest + 1;
    for (Placed placed : all(database)) {
      oldest = Math.min(oldest, placed.extent().low);
    }
    return oldest;
  }

  private static List<Placed> read(Database database, byte[] from, byte[] to)
      throws RocksDBException {
    List<Placed> found = new ArrayList<>();
    try (Walk walk = database.walk(Column.EXTENTS, from, to)) {
      for (boolean more = walk.first(); more; more = walk.next()) {
        found.add(new Placed(Extents.Key.of(walk.key()), Extent.decode(walk.value())));
      }
    }
    return found;
  }
}
