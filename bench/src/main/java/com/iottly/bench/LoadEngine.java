package com.iottly.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * Drives many {@link Peer}s from one selector thread named {@code load}.
 *
 * <p>In an open loop each message has a time at which it is due, fixed before the run; its latency
 * counts from then, so that a server (or this generator) that falls behind pays for it in the
 * figures instead of being asked less (no coordinated omission). A second thread, {@code pace},
 * then wakes the selector, since a selector's own timeout is a millisecond at best.
 *
 * <p>The first failure ends the engine and comes out of whatever method waits.
 */
final class LoadEngine implements AutoCloseable {

  private static final int CONNECTING_AT_ONCE = 64;
  private static final long SHORTEST_PARK_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

  private record Retry(Peer peer, long atNanos) {}

  private final List<? extends Peer> peers;
  private final InetSocketAddress target;
  private final Selector selector;
  private final Thread thread;
  private final double nanosPerFrame;
  private final CompletableFuture<Void> failure = new CompletableFuture<>();
  private final CompletableFuture<Void> allLive = new CompletableFuture<>();
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

  private volatile boolean stopping;
  private volatile long settled;

  // The load thread's own.
  private final Queue<Peer> waiting;
  private final PriorityQueue<Retry> retries =
      new PriorityQueue<>(Comparator.comparingLong(Retry::atNanos));
  private int connecting;
  private int live;
  private boolean loading;
  private long startNanos;
  private long nextFrame;
  private long settledHere;
  private boolean measuring;
  private long measureStart;
  private Latencies latencies = new Latencies();

  private LoadEngine(
      List<? extends Peer> peers, InetSocketAddress target, double framesPerSecond, Selector sel) {
    this.peers = peers;
    this.target = target;
    this.selector = sel;
    this.waiting = new ArrayDeque<>(peers);
    this.nanosPerFrame = framesPerSecond == 0 ? 0 : 1e9 / framesPerSecond;
    this.thread = Thread.ofPlatform().name("load").daemon().unstarted(this::run);
  }

  /**
   * Begins to connect the peers.
   *
   * @param framesPerSecond of all peers together, 0 for as fast as their windows allow
   */
  static LoadEngine start(
      List<? extends Peer> peers, InetSocketAddress target, double framesPerSecond) {
    try {
      LoadEngine engine = new LoadEngine(peers, target, framesPerSecond, Selector.open());
      engine.thread.start();
      return engine;
    } catch (IOException e) {
      throw new BenchException("no selector: " + BenchException.reason(e), e);
    }
  }

  /** Waits until every peer is connected and welcomed. */
  void awaitLive(Duration atMost) {
    if (!await(CompletableFuture.anyOf(allLive, failure), atMost)) {
      throw new BenchException(
          "only %,d of %,d connections were open after %d s"
              .formatted(call(() -> live), peers.size(), atMost.toSeconds()));
    }
  }

  /** Lets the load begin. */
  void go() {
    call(() -> {
      loading = true;
      startNanos = System.nanoTime();
      if (nanosPerFrame == 0) {
        pumpAll(startNanos);
      }
      return true;
    });
    if (nanosPerFrame > 0) {
      Thread.ofPlatform().name("pace").daemon().start(this::pace);
    }
  }

  /** Lets the load run and forgets what it sees. */
  void warmUp(Duration span) {
    await(failure, span);
  }

  /** Counts what happens in the span to come. */
  Measured measure(Duration span) {
    call(() -> {
      latencies = new Latencies();
      measureStart = System.nanoTime();
      measuring = true;
      return true;
    });
    await(failure, span);
    return call(() -> {
      measuring = false;
      Duration measured = Duration.ofNanos(System.nanoTime() - measureStart);
      return new Measured(latencies.count(), measured, latencies);
    });
  }

  /** Waits until every message of a bounded load is acknowledged, telling how many are. */
  void awaitDone(Duration atMost, LongConsumer progress) {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (!call(() -> peers.stream().allMatch(Peer::done))) {
      if (System.nanoTime() > deadline) {
        throw new BenchException(
            "after %d s only %,d messages were acknowledged"
                .formatted(atMost.toSeconds(), settled));
      }
      progress.accept(settled);
      await(failure, Duration.ofMillis(100));
    }
    progress.accept(settled);
  }

  /** How many messages were acknowledged so far, those of earlier runs included. */
  long settled() {
    return settled;
  }

  private static boolean await(CompletableFuture<?> future, Duration atMost) {
    try {
      future.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    } catch (ExecutionException e) {
      throw new BenchException(BenchException.reason(e.getCause()), e.getCause());
    }
  }

  private <T> T call(Supplier<T> task) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    tasks.add(() -> answer.complete(task.get()));
    selector.wakeup();
    if (!await(CompletableFuture.anyOf(answer, failure), Duration.ofSeconds(30))) {
      throw new BenchException("the load thread did not answer within 30 s");
    }
    return answer.join();
  }

  private void run() {
    try {
      while (!stopping) {
        connectMore();
        selector.select(this::ready, retries.isEmpty() ? 0 : 20);
        // Before the tasks: whoever asks through one sees every count that led to its answer.
        settled = settledHere;
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
          task.run();
        }
        pumpDue(System.nanoTime());
      }
    } catch (IOException | RuntimeException e) {
      failure.completeExceptionally(e);
    } finally {
      closeAll();
    }
  }

  private void ready(SelectionKey key) {
    Peer peer = (Peer) key.attachment();
    try {
      peer.ready(this, System.nanoTime());
    } catch (IOException | RuntimeException e) {
      throw new BenchException(
          "connection %d: %s".formatted(peer.index(), BenchException.reason(e)), e);
    }
  }

  private void connectMore() throws IOException {
    long now = System.nanoTime();
    for (Retry first = retries.peek();
        first != null && first.atNanos() <= now;
        first = retries.peek()) {
      waiting.add(retries.remove().peer());
    }
    while (connecting < CONNECTING_AT_ONCE && !waiting.isEmpty()) {
      connecting++;
      waiting.remove().open(selector, target);
    }
  }

  private void pumpAll(long now) {
    try {
      for (Peer peer : peers) {
        peer.pump(this, now);
      }
    } catch (IOException e) {
      throw new BenchException("sending failed: " + BenchException.reason(e), e);
    }
  }

  private void pumpDue(long now) throws IOException {
    if (loading && nanosPerFrame > 0) {
      long due = (long) ((now - startNanos) / nanosPerFrame);
      long most = Math.min(due, nextFrame + peers.size() - 1);
      for (; nextFrame <= most; nextFrame++) {
        peers.get((int) (nextFrame % peers.size())).pump(this, now);
      }
      nextFrame = Math.max(nextFrame, due + 1);
    }
  }

  private void pace() {
    for (long frame = 0; !stopping && !failure.isDone(); ) {
      long now = System.nanoTime();
      long due = dueAt(frame);
      if (due > now) {
        LockSupport.parkNanos(this, Math.max(SHORTEST_PARK_NANOS, due - now));
      } else {
        selector.wakeup();
        frame = (long) ((now - startNanos) / nanosPerFrame) + 1;
      }
    }
  }

  private long dueAt(long frame) {
    return startNanos + (long) (frame * nanosPerFrame);
  }

  // What peers ask; load thread only.

  boolean loading() {
    return loading;
  }

  /** When the peer's frame with that number, from 0, is to be sent. */
  long due(int peer, long frame, long now) {
    return nanosPerFrame == 0 ? now : dueAt(frame * peers.size() + peer);
  }

  void acknowledged(long nanos) {
    settledHere++;
    if (measuring) {
      latencies.record(nanos);
    }
  }

  void becameLive(Peer peer, long alreadySettled) {
    connecting--;
    settledHere += alreadySettled;
    if (++live == peers.size()) {
      allLive.complete(null);
    }
  }

  /** The server is admitting at a bounded rate: connect again after so many seconds. */
  void again(Peer peer, int seconds) {
    peer.disconnect();
    connecting--;
    retries.add(new Retry(peer, System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds)));
  }

  private void closeAll() {
    for (Peer peer : peers) {
      peer.disconnect();
    }
    try {
      selector.close();
    } catch (IOException e) {
      failure.completeExceptionally(e);
    }
  }

  @Override
  public void close() {
    stopping = true;
    selector.wakeup();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
