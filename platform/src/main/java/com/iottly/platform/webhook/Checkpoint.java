package com.iottly.platform.webhook;

import com.iottly.platform.sql.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes lanes whose time has come, and makes durable what they did, at an interval, on a thread of
 * its own. What could not be written is written the next time.
 */
final class Checkpoint implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Checkpoint.class);
  private static final Duration TIDYING = Duration.ofMinutes(10);

  private record Written(Lane lane, LaneLog.Changes changes) {}

  private final Database database;
  private final LogTable log;
  private final Collection<Lane> lanes;
  private final Consumer<List<Step>> courier;
  private final InstantSource clock;
  private final WebhookLimits limits;
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("webhook-clock").daemon().factory());
  private Instant tidied = Instant.MIN;

  Checkpoint(
      Database database,
      LogTable log,
      Collection<Lane> lanes,
      Consumer<List<Step>> courier,
      InstantSource clock,
      WebhookLimits limits) {
    this.database = database;
    this.log = log;
    this.lanes = lanes;
    this.courier = courier;
    this.clock = clock;
    this.limits = limits;
  }

  void start() {
    long millis = limits.checkpointInterval().toMillis();
    var _ = executor.scheduleWithFixedDelay(this::run, millis, millis, TimeUnit.MILLISECONDS);
  }

  private void run() {
    try {
      lanes.forEach(lane -> courier.accept(lane.tick()));
      write(lanes.stream().filter(Lane::isDirty).toList());
      tidy();
    } catch (RuntimeException e) {
      LOG.atWarn()
          .setCause(e)
          .log("What webhooks did could not be written; it will be tried again");
    }
  }

  private void tidy() {
    Instant now = clock.instant();
    if (!lanes.isEmpty() && tidied.isBefore(now.minus(TIDYING))) {
      tidied = now;
      boolean _ =
          database.write(handle -> {
            log.deleteDeliveriesBefore(handle, now.minus(limits.deliveriesAge()));
            return true;
          });
    }
  }

  /** Writes what these lanes did; it is durable when this returns. Any thread that may wait. */
  void write(List<Lane> dirty) {
    if (dirty.isEmpty()) {
      return;
    }
    List<Written> written =
        database.write(handle -> {
          // Taken within: two writes can't overtake each other.
          List<Written> taken = new ArrayList<>();
          for (Lane lane : dirty) {
            LaneLog.Changes changes = lane.changes();
            log.save(handle, changes);
            taken.add(new Written(lane, changes));
          }
          return taken;
        });
    written.forEach(each -> each.lane().saved(each.changes()));
  }

  @Override
  public void close() {
    executor.shutdownNow();
    try {
      boolean _ = executor.awaitTermination(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
