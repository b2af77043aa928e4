package com.iottly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Hands numbered messages to an agent over several connections at once, keeps what the agent said
 * about each, and compares that with the history in the end.
 */
final class Pump {

  private static final int CONNECTIONS = 8;
  private static final Executor THREADS = task -> Thread.ofVirtual().name("pump").start(task);

  private final DeviceAgent agent;
  private final AtomicInteger next = new AtomicInteger();
  private final Map<Integer, Long> stored = new ConcurrentHashMap<>();
  private final Set<Integer> refused = ConcurrentHashMap.newKeySet();

  Pump(DeviceAgent agent) {
    this.agent = agent;
  }

  /** Hands over so many messages, or fewer when the agent dies meanwhile. */
  CompletableFuture<Void> start(int count) {
    AtomicInteger left = new AtomicInteger(count);
    return CompletableFuture.allOf(
        IntStream.range(0, CONNECTIONS)
            .mapToObj(_ -> CompletableFuture.runAsync(() -> work(left), THREADS))
            .toArray(CompletableFuture[]::new));
  }

  private void work(AtomicInteger left) {
    try (ControlSocket control = agent.control()) {
      while (left.getAndDecrement() > 0) {
        int n = next.incrementAndGet();
        JsonNode answer = control.send("{\"n\":" + n + "}");
        if (answer.has("stored")) {
          stored.put(n, answer.path("stored").asLong());
        } else {
          refused.add(n);
        }
      }
    } catch (IOException e) {
      // The agent is dead: what it did not answer may be in its spool or not.
    }
  }

  /** Message number to sequence, for each that the agent called stored. */
  Map<Integer, Long> storedSequences() {
    return Map.copyOf(stored);
  }

  int stored() {
    return stored.size();
  }

  int unanswered() {
    return next.get() - stored.size() - refused.size();
  }

  /**
   * Each message that the agent called stored is there once, in the order of their sequences; one
   * without an answer at most once; one that was refused, or another, not at all.
   */
  void assertKeptIn(List<JsonNode> history) {
    List<Integer> kept = new ArrayList<>(history.size());
    history.forEach(payload -> kept.add(payload.path("n").asInt(-1)));

    Set<Integer> seen = new HashSet<>();
    assertThat(kept.stream().filter(n -> !seen.add(n))).as("repeated").isEmpty();
    assertThat(stored.keySet().stream().filter(n -> !seen.contains(n))).as("lost").isEmpty();
    assertThat(seen.stream().filter(n -> n < 1 || n > next.get() || refused.contains(n)))
        .as("never stored")
        .isEmpty();
    assertThat(kept.stream().filter(stored::containsKey).map(stored::get).toList())
        .as("sequences in the history's order")
        .isSorted()
        .doesNotHaveDuplicates();
  }
}
