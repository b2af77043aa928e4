package com.iottly.agent.telemetry;

import com.iottly.agent.clock.DeviceClock;
import com.iottly.agent.json.Json;
import com.iottly.agent.log.Log;
import com.iottly.agent.spool.AppendOutcome;
import com.iottly.agent.spool.Spool;
import com.iottly.agent.spool.SpoolStatus;
import com.iottly.wire.Frame.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Hands a sample of the machine's state to the spool, at once and then at an interval, as long as
 * it is enabled.
 */
public final class Telemetry implements AutoCloseable {

  private final Sampler sampler;
  private final Spool spool;
  private final DeviceClock clock;
  private final Log log;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Thread thread;
  private boolean enabled;
  private Duration interval;
  private boolean stopping;

  /** Starts sampling, if it is enabled. */
  public Telemetry(boolean enabled, Duration interval, Spool spool, DeviceClock clock, Log log) {
    this(new Sampler(Path.of("/proc"), Path.of("/sys")), enabled, interval, spool, clock, log);
  }

  Telemetry(
      Sampler sampler,
      boolean enabled,
      Duration interval,
      Spool spool,
      DeviceClock clock,
      Log log) {
    this.sampler = sampler;
    this.enabled = enabled;
    this.interval = interval;
    this.spool = spool;
    this.clock = clock;
    this.log = log;
    this.thread = Thread.ofPlatform().name("iottly-telemetry").daemon().start(this::run);
  }

  /** From now on samples at that interval, counted from the last sample, or not at all. */
  public void configure(boolean nowEnabled, Duration newInterval) {
    lock.lock();
    try {
      enabled = nowEnabled;
      interval = newInterval;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try {
      for (boolean due = awaitNext(0, false); due; ) {
        long taken = System.nanoTime();
        try {
          take();
        } catch (RuntimeException e) {
          log.error("a telemetry sample failed", e);
        }
        due = awaitNext(taken, true);
      }
    } catch (InterruptedException e) {
      log.debug("telemetry stops");
    }
  }

  /** Waits until a sample is due; false when it is time to stop. */
  private boolean awaitNext(long last, boolean any) throws InterruptedException {
    lock.lock();
    try {
      while (!stopping) {
        long left = any ? last + interval.toNanos() - System.nanoTime() : 0;
        if (!enabled) {
          changed.await();
        } else if (left <= 0 || changed.awaitNanos(left) <= 0) {
          return true;
        }
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  private void take() {
    Map<String, Object> sample = sampler.sample();
    sample.put("agent", agent());
    switch (spool
        .append(Kind.IOTTLYAGENT, null, Json.payload(Map.of("telemetry", sample)))
        .join()) {
      case AppendOutcome.Stored _ -> {}
      case AppendOutcome.Full(String reason) -> log.warn("a telemetry sample is lost: " + reason);
      case AppendOutcome.Failed(String reason) -> log.warn("a telemetry sample is lost: " + reason);
      case AppendOutcome.Refused(String reason) ->
          log.warn("a telemetry sample is lost: " + reason);
    }
  }

  private Map<String, Object> agent() {
    SpoolStatus status = spool.status();
    Map<String, Object> agent = sampler.footprint();
    agent.put("spool_waiting", status.waiting());
    agent.put("spool_bytes", status.bytes());
    agent.put("dropped_telemetry", status.droppedTelemetry());
    agent.put("dropped_messages", status.droppedOthers());
    clock.offsetMillis().ifPresent(offset -> agent.put("clock_offset_ms", offset));
    agent.put("clock_trusted", clock.trusted());
    return agent;
  }

  @Override
  public void close() {
    lock.lock();
    try {
      stopping = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
