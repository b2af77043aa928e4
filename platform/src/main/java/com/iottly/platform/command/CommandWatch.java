package com.iottly.platform.command;

import com.iottly.platform.core.Command;
import com.iottly.platform.core.CommandId;
import com.iottly.platform.core.CommandLog;
import com.iottly.platform.core.CommandState;
import com.iottly.platform.core.Journal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for commands to end, and ends those whose time is up. A reader of the journal like any
 * other: it learns of a reply when the reply is durable, whichever process took it in.
 */
public final class CommandWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(CommandWatch.class);
  private static final Duration EXPIRY_INTERVAL = Duration.ofSeconds(1);
  private static final int EXPIRED_AT_ONCE = 1_000;

  /** Somebody waits for a command; two who wait for the same one are two waits. */
  private record Wait(CommandId id, CompletableFuture<Command> outcome) {}

  private final CommandLog log;
  private final InstantSource clock;
  private final Semaphore places;
  private final Set<Wait> waits = ConcurrentHashMap.newKeySet();
  private final Semaphore wakeUps = new Semaphore(0);
  private final Journal.Subscription subscription;
  private final Thread thread;
  private volatile boolean ending;
  private volatile boolean closing;

  public CommandWatch(CommandLog log, Journal journal, InstantSource clock, CommandLimits limits) {
    this.log = log;
    this.clock = clock;
    this.places = new Semaphore(limits.waiting());
    this.subscription = journal.onAppend(this::wakeUpIfAwaited);
    this.thread = Thread.ofPlatform().name("commands").daemon().start(this::run);
  }

  /**
   * Waits until the command is over or the time is up; virtual threads only.
   *
   * @param patience 0 to {@link CommandLimits#maxWait}
   * @return the command as it is then
   */
  public Command await(Command command, Duration patience) throws InterruptedException {
    if (command.state().isFinal() || patience.isZero() || !places.tryAcquire()) {
      return command;
    }
    Wait wait = new Wait(command.id(), new CompletableFuture<>());
    waits.add(wait);
    try {
      if (ending) {
        return command;
      }
      wakeUps.release();
      return wait.outcome().get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | CancellationException e) {
      return log.find(command.id()).orElse(command);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a wait never fails", e);
    } finally {
      waits.remove(wait);
      places.release();
    }
  }

  /** Lets everybody who waits go with the command as it is now, and nobody wait any more. */
  public void endWaits() {
    ending = true;
    waits.forEach(wait -> wait.outcome().cancel(false));
  }

  private void wakeUpIfAwaited() {
    if (!waits.isEmpty()) {
      wakeUps.release();
    }
  }

  private void run() {
    long nextExpiry = System.nanoTime();
    while (!closing) {
      try {
        long patience = nextExpiry - System.nanoTime();
        boolean _ = wakeUps.tryAcquire(patience, TimeUnit.NANOSECONDS);
        int _ = wakeUps.drainPermits();
        completeWaits();
        if (System.nanoTime() - nextExpiry >= 0) {
          nextExpiry = System.nanoTime() + EXPIRY_INTERVAL.toNanos();
          expire();
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        LOG.atError().setCause(e).log("Commands could not be looked after; trying again");
      }
    }
  }

  private void completeWaits() {
    for (Wait wait : waits) {
      log.find(wait.id())
          .filter(command -> command.state().isFinal())
          .ifPresent(wait.outcome()::complete);
    }
  }

  private void expire() {
    for (Command command : log.due(clock.instant(), EXPIRED_AT_ONCE)) {
      var _ = log.change(command.id(), CommandState.EXPIRED);
    }
  }

  @Override
  public void close() {
    endWaits();
    closing = true;
    subscription.close();
    wakeUps.release();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
