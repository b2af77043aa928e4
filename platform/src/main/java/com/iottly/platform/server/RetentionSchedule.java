package com.iottly.platform.server;

import com.iottly.platform.audit.AuditLog;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.core.Retention;
import com.iottly.platform.core.RetentionPolicy;
import com.iottly.platform.core.RetentionReport;
import com.iottly.platform.fleet.Projects;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets go of what the projects' settings no longer keep, once a minute on a thread of its own. What
 * a deleted project left in the journal goes too. A run that fails is logged and comes again.
 */
final class RetentionSchedule implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RetentionSchedule.class);
  private static final Duration INTERVAL = Duration.ofMinutes(1);
  private static final long ENTRIES_AT_ONCE = 1_000_000;

  private final Retention retention;
  private final Projects projects;
  private final AuditLog auditLog;
  private final Retention.Witness witness;
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("retention").daemon().factory());

  RetentionSchedule(
      Retention retention, Projects projects, Retention.Witness witness, AuditLog auditLog) {
    this.retention = retention;
    this.projects = projects;
    this.witness = witness;
    this.auditLog = auditLog;
    var _ =
        executor.scheduleWithFixedDelay(
            this::run, INTERVAL.toSeconds(), INTERVAL.toSeconds(), TimeUnit.SECONDS);
  }

  private void run() {
    try {
      int _ = auditLog.forgetOld();
      RetentionReport report = retention.run(this::policy, witness, ENTRIES_AT_ONCE);
      if (report.entries() > 0) {
        LOG.atInfo()
            .addKeyValue("entries", report.entries())
            .addKeyValue("bytes", report.bytes())
            .log("Deleted what the projects no longer keep");
      }
    } catch (RuntimeException e) {
      LOG.atWarn().setCause(e).log("Retention could not run; it will be tried again");
    }
  }

  private RetentionPolicy policy(ProjectId id) {
    return projects
        .find(id)
        .map(project ->
            new RetentionPolicy(
                project.settings().retentionAge(), project.settings().retentionBytes()))
        .orElse(new RetentionPolicy(null, 0L));
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
