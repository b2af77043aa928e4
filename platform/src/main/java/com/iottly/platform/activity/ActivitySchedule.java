package com.iottly.platform.activity;

import com.iottly.platform.core.ProjectId;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every few seconds what happened, on a thread of its own, and once more when it is closed. A
 * look that can't be noted is lost, and logged.
 */
public final class ActivitySchedule implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ActivitySchedule.class);
  private static final Duration INTERVAL = Duration.ofSeconds(15);
  private static final Duration FIRST = Duration.ofSeconds(3);

  private final ActivityLog log;
  private final Supplier<Map<ProjectId, Activity>> look;
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("activity").daemon().factory());

  /**
   * Begins to look.
   *
   * @param look what happened since the last look, in the projects in which something did
   */
  public ActivitySchedule(ActivityLog log, Supplier<Map<ProjectId, Activity>> look) {
    this.log = log;
    this.look = look;
    var _ =
        executor.scheduleWithFixedDelay(
            this::run, FIRST.toSeconds(), INTERVAL.toSeconds(), TimeUnit.SECONDS);
  }

  private void run() {
    try {
      log.note(look.get());
    } catch (RuntimeException e) {
      LOG.atWarn().setCause(e).log("The projects' activity could not be noted");
    }
  }

  @Override
  public void close() {
    executor.shutdown();
    try {
      boolean _ = executor.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    run();
  }
}
