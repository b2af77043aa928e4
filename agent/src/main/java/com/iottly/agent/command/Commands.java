package com.iottly.agent.command;

import com.iottly.agent.json.Json;
import com.iottly.agent.log.Log;
import com.iottly.agent.spool.AppendOutcome;
import com.iottly.agent.spool.Spool;
import com.iottly.wire.Frame.Command;
import com.iottly.wire.Frame.Kind;
import com.iottly.wire.Payload;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs commands in the order of their arrival, each at most once.
 *
 * <pre>
 * note STARTED → reply delivered → run → note FINISHED with the reply → reply → note REPLIED
 *
 * after a crash   STARTED   answers failed: interrupted
 *                 FINISHED  answers what it found
 * </pre>
 */
public final class Commands implements AutoCloseable {

  /** How many commands may wait; the platform has at most 16 on their way by default. */
  public static final int QUEUE = 256;

  private static final int MAX_ERROR = 2000;
  private static final Duration LONGEST_TTL = Duration.ofDays(3650);

  private final CommandJournal journal;
  private final Spool spool;
  private final Map<String, CommandHandler> handlers;
  private final LongSupplier nanoTime;
  private final Duration retry;
  private final Log log;
  private final BlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(QUEUE);
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread thread;

  private record Waiting(Command command, long startBefore) {}

  private static final Waiting WAKE_UP =
      new Waiting(new Command("", 0, "", Payload.trusted(new byte[] {'{', '}'})), 0);

  /**
   * Opens the journal, answers what a crash left open, and starts the thread.
   *
   * @param file the journal, beside the spool
   * @param handlers what to run, by command type
   * @param nanoTime a monotonic clock, for times to live
   * @param retry the pause before a note or reply that could not be stored is tried again
   * @throws CommandException when the journal can't be used
   */
  public static Commands open(
      Path file,
      Spool spool,
      Map<String, CommandHandler> handlers,
      LongSupplier nanoTime,
      Duration retry,
      Log log) {
    try {
      CommandJournal journal = CommandJournal.open(file, log);
      return new Commands(journal, spool, handlers, nanoTime, retry, log);
    } catch (IOException e) {
      throw new CommandException("the command journal " + file + " can't be used: " + e, e);
    }
  }

  private Commands(
      CommandJournal journal,
      Spool spool,
      Map<String, CommandHandler> handlers,
      LongSupplier nanoTime,
      Duration retry,
      Log log) {
    this.journal = journal;
    this.spool = spool;
    this.handlers = Map.copyOf(handlers);
    this.nanoTime = nanoTime;
    this.retry = retry;
    this.log = log;
    this.thread = Thread.ofPlatform().name("iottly-commands").start(this::run);
  }

  /**
   * Takes a command that has just arrived. Never waits: when too many wait, the platform repeats
   * it.
   */
  public void accept(Command command) {
    long ttl = Math.clamp(command.ttlMillis(), 0, LONGEST_TTL.toMillis());
    long startBefore = nanoTime.getAsLong() + TimeUnit.MILLISECONDS.toNanos(ttl);
    if (!queue.offer(new Waiting(command, startBefore))) {
      log.warn("command " + command.id() + " has to wait: " + QUEUE + " are waiting before it");
    }
  }

  private void run() {
    try {
      finishWhatACrashLeft();
      while (true) {
        Waiting waiting = queue.take();
        if (stopping.getCount() == 0) {
          return;
        }
        perform(waiting);
      }
    } catch (InterruptedException e) {
      log.debug("commands stop");
    }
  }

  private void finishWhatACrashLeft() throws InterruptedException {
    for (var open : journal.at(CommandJournal.Step.STARTED)) {
      log.warn("command " + open.getKey() + " was interrupted; it is not run again");
      finish(open.getKey(), new CommandResult.Failed("interrupted"));
    }
    for (var open : journal.at(CommandJournal.Step.FINISHED)) {
      Payload reply = open.getValue().reply();
      if (reply != null) {
        answer(open.getKey(), reply);
      }
    }
  }

  private void perform(Waiting waiting) throws InterruptedException {
    Command command = waiting.command();
    if (journal.knows(command.id())) {
      log.debug("command " + command.id() + " came again and is not run again");
      return;
    }
    if (nanoTime.getAsLong() - waiting.startBefore() >= 0) {
      expire(command);
      return;
    }
    note(command.id(), CommandJournal.Step.STARTED, null);
    if (!spooled(reply(command.id(), "delivered", new CommandResult.Succeeded(null)))) {
      log.error("the platform takes no replies; command " + command.id() + " runs unannounced");
    }
    if (nanoTime.getAsLong() - waiting.startBefore() >= 0) {
      expire(command);
      return;
    }
    log.info("command " + command.id() + " of type " + command.type() + " starts");
    finish(command.id(), execute(command));
  }

  private void expire(Command command) throws InterruptedException {
    finish(
        command.id(),
        new CommandResult.Failed("expired: its time to live ran out before it could start"));
  }

  private CommandResult execute(Command command) throws InterruptedException {
    CommandHandler handler = handlers.get(command.type());
    if (handler == null) {
      return new CommandResult.Failed(
          "no handler for command '" + command.type() + "' on this device");
    }
    try {
      return handler.run(command.body());
    } catch (RuntimeException e) {
      log.error("command " + command.id() + " of type " + command.type(), e);
      return new CommandResult.Failed(e.toString());
    }
  }

  private void finish(String id, CommandResult result) throws InterruptedException {
    boolean succeeded = result instanceof CommandResult.Succeeded;
    Payload reply = reply(id, succeeded ? "succeeded" : "failed", result);
    note(id, CommandJournal.Step.FINISHED, reply);
    answer(id, reply);
  }

  private void answer(String id, Payload reply) throws InterruptedException {
    if (!spooled(reply)) {
      var tooMuch = new CommandResult.Failed("the command's result is too large to be sent");
      boolean told = spooled(reply(id, "failed", tooMuch));
      log.warn("command " + id + (told ? " answers" : " can't answer") + " without its result");
    }
    note(id, CommandJournal.Step.REPLIED, null);
  }

  private static Payload reply(String id, String state, CommandResult result) {
    var reply = new LinkedHashMap<String, Object>();
    reply.put("id", id);
    reply.put("state", state);
    switch (result) {
      case CommandResult.Succeeded(Payload value) when value != null -> reply.put("result", value);
      case CommandResult.Succeeded _ -> {}
      case CommandResult.Failed(String error) ->
          reply.put("error", error.substring(0, Math.min(error.length(), MAX_ERROR)));
    }
    return Json.payload(reply);
  }

  private void note(String id, CommandJournal.Step step, @Nullable Payload reply)
      throws InterruptedException {
    while (true) {
      try {
        journal.note(id, step, reply);
        return;
      } catch (IOException e) {
        log.error("the note about command " + id + " can't be stored; trying again", e);
      }
      pause();
    }
  }

  /** Waits until the reply is durable; false when it can never be sent. */
  private boolean spooled(Payload reply) throws InterruptedException {
    while (true) {
      switch (spool.append(Kind.COMMAND_REPLY, null, reply).join()) {
        case AppendOutcome.Stored _ -> {
          return true;
        }
        case AppendOutcome.Refused(String reason) -> {
          log.error("the reply to a command can't be sent: " + reason);
          return false;
        }
        case AppendOutcome.Full(String reason) -> log.warn("a reply has to wait: " + reason);
        case AppendOutcome.Failed(String reason) -> log.warn("a reply has to wait: " + reason);
      }
      pause();
    }
  }

  private void pause() throws InterruptedException {
    if (stopping.await(retry.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new InterruptedException("stopping");
    }
  }

  /** Ends the thread after the running command, or interrupts that after five seconds. */
  @Override
  public void close() {
    stopping.countDown();
    boolean idle = queue.offer(WAKE_UP);
    try {
      if (!thread.join(Duration.ofSeconds(idle ? 5 : 10))) {
        thread.interrupt();
        thread.join();
      }
      journal.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      log.warn("closing the command journal: " + e.getMessage());
    }
  }
}
