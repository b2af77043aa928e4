package com.iottly.platform.api;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Who is being worked on: so many requests at once, and those that step aside. Any thread. */
final class Turns {

  /** Something to wait for. */
  interface Waiting<T> {
    T await() throws InterruptedException;
  }

  private final int limit;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();
  private int working;
  private int aside;

  Turns(int limit) {
    this.limit = limit;
  }

  /** Begins a turn unless there are as many as may be. */
  boolean tryBegin() {
    lock.lock();
    try {
      if (working >= limit) {
        return false;
      }
      working++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Ends a turn. */
  void end() {
    change(-1, 0);
  }

  /**
   * Waits without taking a place from others. The turn goes on behind it at once, though there may
   * be more than the limit for a moment.
   */
  <T> T aside(Waiting<T> waiting) throws InterruptedException {
    change(-1, 1);
    try {
      return waiting.await();
    } finally {
      change(1, -1);
    }
  }

  private void change(int moreWorking, int moreAside) {
    lock.lock();
    try {
      working += moreWorking;
      aside += moreAside;
      if (working + aside == 0) {
        idle.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits until every turn has ended; returns whether they did in time. */
  boolean awaitIdle(Duration patience) throws InterruptedException {
    lock.lock();
    try {
      long left = patience.toNanos();
      while (working + aside > 0 && left > 0) {
        left = idle.awaitNanos(left);
      }
      return working + aside == 0;
    } finally {
      lock.unlock();
    }
  }
}
