package com.iottly.platform.rocksdb;

import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.Entry;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.core.ProjectUsage;
import com.iottly.platform.core.Retention;
import com.iottly.platform.core.RetentionPolicy;
import com.iottly.platform.core.RetentionReport;
import com.iottly.platform.rocksdb.Request.Doomed;
import com.iottly.platform.rocksdb.Request.Mark;
import com.iottly.platform.rocksdb.Usages.Placed;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * Works in batches of about {@value #BATCH} entries through the journal's writer, so that appends
 * go on between them, and by whole rows. A command goes with its newest entry; one that still waits
 * to be handed over is kept.
 */
final class RocksRetention implements Retention {

  private static final int BATCH = 1024;

  private final Gate gate;
  private final Writer writer;
  private final Bounds bounds;
  private final InstantSource clock;

  RocksRetention(Gate gate, Writer writer, Bounds bounds, InstantSource clock) {
    this.gate = gate;
    this.writer = writer;
    this.bounds = bounds;
    this.clock = clock;
  }

  @Override
  public RetentionReport run(
      Function<ProjectId, RetentionPolicy> policies, Witness witness, long maxEntries) {
    long now = clock.millis();
    Map<ProjectId, List<Placed>> projects = new HashMap<>();
    for (Placed placed : gate.read(Usages::all)) {
      projects.computeIfAbsent(placed.key().project(), _ -> new ArrayList<>()).add(placed);
    }
    Plan plan = new Plan();
    projects.forEach((project, extents) -> plan.add(policies.apply(project), now, extents));
    RetentionReport swept = sweep(plan, witness, maxEntries);
    long keys = dropExpiredKeys(now);
    return new RetentionReport(swept.entries(), swept.bytes(), keys, swept.complete());
  }

  @Override
  public ProjectUsage usage(ProjectId project) {
    long entries = 0;
    long bytes = 0;
    for (Placed placed : gate.read(database -> Usages.of(database, project))) {
      entries += placed.extent().count;
      bytes += placed.extent().bytes;
    }
    return new ProjectUsage(entries, bytes);
  }

  @Override
  public void deleteProject(ProjectId project) {
    Plan plan = new Plan();
    plan.addAll(gate.read(database -> Usages.of(database, project)));
    RetentionReport _ = sweep(plan, Witness.NOBODY, Long.MAX_VALUE);
  }

  @Override
  public void deleteDevice(DeviceId device) {
    byte[] from = Keys.history(device, 0, 0);
    byte[] to = Keys.history(device, Long.MAX_VALUE, 0);
    while (true) {
      byte[] start = from;
      List<byte[]> keys = gate.read(database -> keys(database, start, to));
      if (keys.isEmpty()) {
        return;
      }
      remove(gate.read(database -> doomed(database, keys)), List.of(), List.of());
      byte[] last = keys.getLast();
      from = Arrays.copyOf(last, last.length + 1);
    }
  }

  private static List<byte[]> keys(Database database, byte[] from, byte[] to)
      throws RocksDBException {
    List<byte[]> keys = new ArrayList<>();
    try (Walk walk = database.walkUncached(Column.HISTORY, from, to)) {
      for (boolean more = walk.first(); more && keys.size() < BATCH; more = walk.next()) {
        keys.add(walk.key());
      }
    }
    return keys;
  }

  private static List<Doomed> doomed(Database database, List<byte[]> keys) throws RocksDBException {
    List<Doomed> doomed = new ArrayList<>();
    for (byte[] key : keys) {
      long last = Keys.readLong(key, Keys.ID_BYTES + Long.BYTES);
      byte @Nullable [] row = database.get(Column.ENTRIES, Keys.position(last));
      if (row != null) {
        doomed.add(new Doomed(last, EntryCodec.head(row), row.length));
      }
    }
    return doomed;
  }

  private RetentionReport sweep(Plan plan, Witness witness, long maxEntries) {
    long newest = bounds.newest();
    long entries = 0;
    long bytes = 0;
    for (Map.Entry<Long, Map<ProjectId, Cut>> block : plan.blocks.entrySet()) {
      Sweep sweep = new Sweep(block.getKey(), block.getValue(), newest);
      while (!sweep.isFinished() && entries < maxEntries) {
        int wanted = (int) Math.min(BATCH, maxEntries - entries);
        List<Doomed> doomed = gate.read(database -> sweep.next(database, wanted));
        List<Mark> marks = sweep.isFinished() ? sweep.marks() : List.of();
        tell(witness, doomed);
        remove(doomed, marks, List.of());
        entries += doomed.stream().mapToLong(row -> row.head().count()).sum();
        bytes += doomed.stream().mapToLong(Doomed::size).sum();
      }
      if (!sweep.isFinished()) {
        break;
      }
    }
    giveBackSpace(newest, entries);
    return new RetentionReport(entries, bytes, 0, entries < maxEntries);
  }

  private void tell(Witness witness, List<Doomed> doomed) {
    Set<ProjectId> cared =
        doomed.stream()
            .map(row -> row.head().project())
            .distinct()
            .filter(witness::caresFor)
            .collect(Collectors.toSet());
    List<Doomed> wanted =
        doomed.stream().filter(row -> cared.contains(row.head().project())).toList();
    if (!wanted.isEmpty()) {
      witness.going(gate.read(database -> entries(database, wanted)));
    }
  }

  private static List<Entry> entries(Database database, List<Doomed> doomed)
      throws RocksDBException {
    List<Entry> entries = new ArrayList<>();
    for (Doomed row : doomed) {
      byte @Nullable [] bytes = database.get(Column.ENTRIES, Keys.position(row.last()));
      if (bytes != null) {
        entries.addAll(EntryCodec.entries(row.last(), bytes));
      }
    }
    return entries;
  }

  private void giveBackSpace(long newest, long deleted) {
    if (deleted > 0) {
      long oldest = gate.read(database -> Usages.oldest(database, newest));
      bounds.oldest(oldest);
      gate.read(database -> {
        database.dropFilesBelow(Column.ENTRIES, Keys.position(oldest));
        return true;
      });
    }
  }

  private long dropExpiredKeys(long now) {
    long dropped = 0;
    byte[] end = new byte[64];
    Arrays.fill(end, (byte) 0xff);
    byte[] from = new byte[0];
    while (true) {
      byte[] start = from;
      List<byte[]> expired = gate.read(database -> expiredKeys(database, start, end, now));
      if (expired.isEmpty()) {
        return dropped;
      }
      remove(List.of(), List.of(), expired);
      dropped += expired.size();
      byte[] last = expired.getLast();
      from = Arrays.copyOf(last, last.length + 1);
    }
  }

  private static List<byte[]> expiredKeys(Database database, byte[] from, byte[] to, long now)
      throws RocksDBException {
    List<byte[]> expired = new ArrayList<>();
    try (Walk walk = database.walkUncached(Column.IDEMPOTENCY, from, to)) {
      for (boolean more = walk.first(); more && expired.size() < BATCH; more = walk.next()) {
        if (CommandRows.UsedKey.decode(walk.value()).expires() <= now) {
          expired.add(walk.key());
        }
      }
    }
    return expired;
  }

  private void remove(List<Doomed> doomed, List<Mark> marks, List<byte[]> expiredKeys) {
    CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
    writer.submit(new Request.Remove(doomed, marks, expiredKeys, done));
    try {
      done.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof StoreException cause ? cause : e;
    }
  }

  /** Which projects lose what, block of positions by block. */
  private static final class Plan {
    private final Map<Long, Map<ProjectId, Cut>> blocks = new TreeMap<>();

    void add(RetentionPolicy policy, long now, List<Placed> extents) {
      Duration maxAge = policy.maxAge();
      Long maxBytes = policy.maxBytes();
      long cutoff = maxAge == null ? Long.MIN_VALUE : now - maxAge.toMillis();
      long total = extents.stream().mapToLong(placed -> placed.extent().bytes).sum();
      long excess = maxBytes == null ? 0 : total - maxBytes;
      Cut.Allowance allowance = new Cut.Allowance(cutoff, excess, false);
      for (Placed placed : extents) {
        if (placed.extent().oldest < cutoff || excess > 0) {
          put(placed, allowance);
        }
        excess -= placed.extent().bytes;
      }
    }

    void addAll(List<Placed> extents) {
      Cut.Allowance allowance = new Cut.Allowance(Long.MAX_VALUE, 0, true);
      extents.forEach(placed -> put(placed, allowance));
    }

    private void put(Placed placed, Cut.Allowance allowance) {
      blocks
          .computeIfAbsent(placed.key().block(), _ -> new HashMap<>())
          .put(placed.key().project(), new Cut(allowance, placed.extent().low));
    }
  }
}
