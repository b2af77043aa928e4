package com.iottly.platform.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RowCacheTest {

  private final RowCache<String, Integer> cache = new RowCache<>(100);
  private final AtomicInteger loads = new AtomicInteger();

  private Integer load(String key) {
    return loads.incrementAndGet();
  }

  @Test
  void aRowIsLoadedOnce() {
    assertThat(cache.get("a", this::load)).isEqualTo(1);
    assertThat(cache.get("a", this::load)).isEqualTo(1);
  }

  @Test
  void aDroppedRowIsLoadedAgain() {
    cache.get("a", this::load);
    cache.drop("a");
    assertThat(cache.get("a", this::load)).isEqualTo(2);
    cache.dropAll();
    assertThat(cache.get("a", this::load)).isEqualTo(3);
  }

  @Test
  void aRowThatDoesNotExistIsNotRemembered() {
    assertThat(cache.get("a", _ -> null)).isNull();
    assertThat(cache.get("a", this::load)).isEqualTo(1);
  }

  @Test
  void whatWasReadBeforeADropIsNotKeptAfterIt() {
    cache.get(
        "a",
        key -> {
          cache.drop(key);
          return 99;
        });
    assertThat(cache.get("a", this::load)).isEqualTo(1);
    cache.get(
        "b",
        _ -> {
          cache.dropAll();
          return 99;
        });
    assertThat(cache.get("b", this::load)).isEqualTo(2);
  }

  @Test
  void aSlowLoadDoesNotReplaceANewerRow() {
    Integer slow =
        cache.get(
            "a",
            key -> {
              cache.drop(key);
              cache.get(key, this::load);
              return 99;
            });
    assertThat(slow).isEqualTo(99);
    assertThat(cache.get("a", this::load)).isEqualTo(1);
  }
}
