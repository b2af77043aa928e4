package com.iottly.platform.rocksdb;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The bounded way to the writer: a request is taken at once or refused at once. */
final class RequestQueue {

  private final RocksConfig config;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  private final Deque<Request> requests = new ArrayDeque<>();
  private long bytes;
  private @Nullable String refusal;
  private boolean closed;

  RequestQueue(RocksConfig config) {
    this.config = config;
  }

  /** Takes the request, or refuses it. */
  void offer(Request request) {
    Runnable refusal = put(request);
    if (refusal != null) {
      refusal.run();
    }
  }

  /** Takes it, or says how to refuse it, which is done without the lock. */
  private @Nullable Runnable put(Request request) {
    lock.lock();
    try {
      String reason = refusal;
      if (reason != null) {
        return () -> request.refuse(reason);
      }
      if (request instanceof Request.Remove) {
        // Few at a time, since who removes waits for each; and a full store needs them most.
        return enqueue(request);
      }
      if (requests.size() >= config.queueRequests()) {
        return () -> request.turnAway(config.queueRequests() + " requests wait");
      }
      if (bytes > 0 && bytes + request.bytes() > config.queueBytes()) {
        long waiting = bytes;
        return () -> request.turnAway(waiting + " bytes wait");
      }
      return enqueue(request);
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Runnable enqueue(Request request) {
    requests.add(request);
    bytes += request.bytes();
    filled.signal();
    return null;
  }

  /** Waits for requests and returns as many as make one group; none once it is closed and empty. */
  List<Request> take() {
    lock.lock();
    try {
      while (requests.isEmpty() && !closed) {
        filled.awaitUninterruptibly();
      }
      return group();
    } finally {
      lock.unlock();
    }
  }

  private List<Request> group() {
    List<Request> group = new ArrayList<>();
    long entries = 0;
    long size = 0;
    for (Request next = requests.peek(); next != null; next = requests.peek()) {
      entries += next.entries();
      size += next.bytes();
      if (!group.isEmpty() && (entries > config.groupEntries() || size > config.groupBytes())) {
        break;
      }
      group.add(requests.remove());
      bytes -= next.bytes();
    }
    return group;
  }

  /** From now on refuses everything, what waits included. */
  void refuse(String reason) {
    List<Request> waiting;
    lock.lock();
    try {
      refusal = reason;
      waiting = List.copyOf(requests);
      requests.clear();
      bytes = 0;
    } finally {
      lock.unlock();
    }
    waiting.forEach(request -> request.refuse(reason));
  }

  /** Takes requests again, unless it is closed. */
  void admit() {
    lock.lock();
    try {
      if (!closed) {
        refusal = null;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Takes nothing more; what waits is still handed out. */
  void close(String reason) {
    lock.lock();
    try {
      closed = true;
      refusal = reason;
      filled.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Waits that long, or until it is closed; returns whether it is closed. */
  boolean awaitClose(long nanos) {
    long deadline = System.nanoTime() + nanos;
    lock.lock();
    try {
      while (!closed) {
        long left = deadline - System.nanoTime();
        if (left <= 0 || filled.awaitNanos(left) <= 0) {
          break;
        }
      }
      return closed;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return closed;
    } finally {
      lock.unlock();
    }
  }
}
