package com.iottly.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/** Does a call many times and notes how long each took. */
final class Repeat {

  private Repeat() {}

  /** One after the other. */
  static Latencies inTurn(int times, IntConsumer call) {
    Latencies latencies = new Latencies();
    for (int i = 0; i < times; i++) {
      long began = System.nanoTime();
      call.accept(i);
      latencies.record(System.nanoTime() - began);
    }
    return latencies;
  }

  /** So many per second, each from the moment it was due, whether or not others are still out. */
  static Latencies atRate(double perSecond, Duration span, IntConsumer call) {
    int times = (int) Math.max(1, perSecond * span.toMillis() / 1000);
    long began = System.nanoTime();
    List<Future<Long>> calls = new ArrayList<>();
    Latencies latencies = new Latencies();
    try (ExecutorService callers =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("caller-", 0).factory())) {
      for (int i = 0; i < times; i++) {
        int number = i;
        long due = began + (long) (i * 1e9 / perSecond);
        for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
          LockSupport.parkNanos(due - now);
        }
        Callable<Long> one =
            () -> {
              call.accept(number);
              return System.nanoTime() - due;
            };
        calls.add(callers.submit(one));
      }
      for (Future<Long> one : calls) {
        latencies.record(one.get());
      }
      return latencies;
    } catch (ExecutionException e) {
      throw new BenchException(BenchException.reason(e.getCause()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    }
  }
}
