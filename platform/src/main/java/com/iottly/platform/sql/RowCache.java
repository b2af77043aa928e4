package com.iottly.platform.sql;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A bounded cache over rows. Once {@link #drop} has returned, no {@link #get} that begins later
 * answers with what was true before, although rows are loaded without holding a lock: a row is kept
 * only if nothing was dropped while it was loaded. Any thread.
 *
 * @param <K> the key
 * @param <V> what is made of the row
 */
public final class RowCache<K, V> {

  private static final int SLOTS = 1024;

  private final Cache<K, V> rows;
  private final AtomicLongArray drops = new AtomicLongArray(SLOTS);

  /** An empty cache of at most so many rows. */
  public RowCache(int size) {
    rows = Caffeine.newBuilder().maximumSize(size).build();
  }

  /** The row, from the cache or loaded; null when there is none, which is not remembered. */
  public @Nullable V get(K key, Function<K, @Nullable V> load) {
    V known = rows.getIfPresent(key);
    if (known != null) {
      return known;
    }
    int slot = slot(key);
    long before = drops.get(slot);
    V loaded = load.apply(key);
    if (loaded != null) {
      rows.asMap().compute(key, (_, present) -> drops.get(slot) == before ? loaded : present);
    }
    return loaded;
  }

  /** Forgets the row; to be called after a change to it was committed. */
  public void drop(K key) {
    drops.incrementAndGet(slot(key));
    rows.invalidate(key);
  }

  /** Forgets all rows. */
  public void dropAll() {
    for (int slot = 0; slot < SLOTS; slot++) {
      drops.incrementAndGet(slot);
    }
    rows.invalidateAll();
  }

  private static int slot(Object key) {
    int hash = key.hashCode();
    return (hash ^ (hash >>> 16)) & (SLOTS - 1);
  }
}
