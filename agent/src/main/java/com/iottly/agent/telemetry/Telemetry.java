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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Hands a sample of the machine's state to the spool, at once and then at an interval. */
public final class Telemetry implements AutoCloseable {

  private final Sampler sampler;
  private final Spool spool;
  private final DeviceClock clock;
  private final Log log;
  private final Duration interval;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread thread;

  /** Starts sampling. */
  public Telemetry(Duration interval, Spool spool, DeviceClock clock, Log log) {
    this(new Sampler(Path.of("/proc"), Path.of("/sys")), interval, spool, clock, log);
  }

  Telemetry(Sampler sampler, Duration interval, Spool spool, DeviceClock clock, Log log) {
    this.sampler = sampler;
    this.interval = interval;
    this.spool = spool;
    this.clock = clock;
    this.log = log;
    this.thread = Thread.ofPlatform().name("iottly-telemetry").daemon().start(this::run);
  }

  private void run() {
    try {
      do {
        try {
          take();
        } catch (RuntimeException e) {
          log.error("a telemetry sample failed", e);
        }
      } while (!stopping.await(interval.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      log.debug("telemetry stops");
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
    var agent = new LinkedHashMap<String, Object>();
    agent.put("rss_bytes", sampler.residentBytes());
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
    stopping.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
