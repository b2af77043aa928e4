package com.iottly.agent.spool;

import com.iottly.agent.clock.DeviceClock;
import com.iottly.agent.log.Log;
import com.iottly.wire.Frame.DeviceMessage;
import com.iottly.wire.Frame.Kind;
import com.iottly.wire.Payload;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The device's durable queue. Any thread may call; nothing waits. One process at a time: the
 * directory is locked.
 *
 * <p>Futures are completed on the spool's thread: what follows them there must be short.
 */
public final class Spool implements AutoCloseable {

  /** The largest payload accepted until the platform names its own limit, in bytes. */
  public static final int DEFAULT_MAX_PAYLOAD = 256 * 1024;

  private static final int MAX_CHANNEL = 255;
  private static final int MAX_GROUP_BYTES = 1024 * 1024;
  private static final long HOUSEKEEPING_SECONDS = 5;

  private final SpoolSettings settings;
  private final DeviceClock clock;
  private final Log log;
  private final SpoolStore store;
  private final BlockingQueue<Task> tasks = new LinkedBlockingQueue<>();
  private final AtomicInteger pending = new AtomicInteger();
  private final AtomicInteger pendingBytes = new AtomicInteger();
  private final Thread thread;
  private volatile int maxPayload = DEFAULT_MAX_PAYLOAD;
  private volatile Consumer<Kind> listener = _ -> {};
  private volatile SpoolStatus status;
  private volatile boolean closed;

  /** The spool thread's. */
  private String housekeepingTrouble = "";

  /** What the spool's thread is asked to do. */
  private sealed interface Task {
    record Append(DeviceMessage message, CompletableFuture<AppendOutcome> outcome)
        implements Task {}

    record Run(Work work, CompletableFuture<?> answer) implements Task {}
  }

  private interface Work {
    void run() throws IOException;
  }

  private interface Question<T> {
    T ask() throws IOException;
  }

  /**
   * Opens the spool, or makes one, and starts its thread.
   *
   * @param random makes the epoch; a secure generator outside of tests
   * @throws SpoolException when the directory can't be used
   */
  public static Spool open(
      SpoolSettings settings, DeviceClock clock, RandomGenerator random, Log log) {
    try {
      return new Spool(settings, clock, SpoolStore.open(settings, clock, random, log), log);
    } catch (IOException e) {
      throw new SpoolException(
          "the spool directory "
              + settings.directory()
              + " can't be used ("
              + e
              + "); check that it exists and belongs to the user of the agent",
          e);
    }
  }

  private Spool(SpoolSettings settings, DeviceClock clock, SpoolStore store, Log log) {
    this.settings = settings;
    this.clock = clock;
    this.store = store;
    this.log = log;
    this.status = store.status();
    this.thread = Thread.ofPlatform().name("iottly-spool").start(this::run);
  }

  /**
   * Hands over a message. It is durable when the future says {@code Stored}, and in the order of
   * the calls.
   */
  public CompletableFuture<AppendOutcome> append(DeviceMessage message) {
    AppendOutcome refusal = refusal(message);
    if (refusal != null) {
      return CompletableFuture.completedFuture(refusal);
    }
    int size = Entry.bodySize(message);
    int waiting = pending.incrementAndGet();
    int waitingBytes = pendingBytes.addAndGet(size);
    if (waiting > settings.maxPending() || waitingBytes > settings.maxPendingBytes()) {
      release(size);
      return CompletableFuture.completedFuture(
          new AppendOutcome.Full("too many messages are waiting for the disk"));
    }
    var outcome = new CompletableFuture<AppendOutcome>();
    tasks.add(new Task.Append(message, outcome));
    return outcome;
  }

  /** A message made now. */
  public CompletableFuture<AppendOutcome> append(
      Kind kind, @Nullable String channel, Payload payload) {
    return append(new DeviceMessage(kind, clock.millis(), clock.trusted(), channel, payload));
  }

  private void release(int size) {
    pending.decrementAndGet();
    pendingBytes.addAndGet(-size);
  }

  private @Nullable AppendOutcome refusal(DeviceMessage message) {
    if (closed) {
      return new AppendOutcome.Failed("the spool is closed");
    }
    if (message.payload().size() > maxPayload) {
      return new AppendOutcome.Refused(
          "the payload has %d bytes; %d are allowed"
              .formatted(message.payload().size(), maxPayload));
    }
    int channel = Entry.channel(message).length;
    if (channel > MAX_CHANNEL) {
      return new AppendOutcome.Refused(
          "the channel has %d bytes; %d are allowed".formatted(channel, MAX_CHANNEL));
    }
    return null;
  }

  /** From now on payloads may have that many bytes: the platform said so. */
  public void limitPayload(int bytes) {
    maxPayload = bytes;
  }

  /** Has this called, on the spool's thread, after messages became durable, once for each. */
  public void onStored(Consumer<Kind> newListener) {
    listener = newListener;
  }

  /** What a hello says about this spool. */
  public CompletableFuture<Greeting> greeting() {
    return ask(store::greeting);
  }

  /** Compares with what the platform has; makes a new epoch when the platform is further. */
  public CompletableFuture<Resume> resume(long received) {
    return ask(() -> store.resume(received));
  }

  /**
   * What the spool has from this sequence on: messages without a hole between them, or a hole.
   *
   * @param maxMessages at most that many, at least 1
   * @param maxBytes at most that many bytes in a batch frame; one message is given in any case
   */
  public CompletableFuture<Chunk> read(long from, int maxMessages, int maxBytes) {
    return ask(() -> store.read(from, maxMessages, maxBytes));
  }

  /** The platform holds everything up to this sequence: it may be removed. */
  public void acknowledge(long through) {
    tasks.add(new Task.Run(() -> store.acknowledge(through), new CompletableFuture<>()));
  }

  /** How the spool was after its last step. */
  public SpoolStatus status() {
    return status;
  }

  private <T> CompletableFuture<T> ask(Question<T> question) {
    var answer = new CompletableFuture<T>();
    if (closed) {
      answer.completeExceptionally(new SpoolException("the spool is closed"));
      return answer;
    }
    tasks.add(
        new Task.Run(
            () -> {
              try {
                answer.complete(question.ask());
              } catch (IOException | RuntimeException e) {
                answer.completeExceptionally(
                    new SpoolException("the spool can't be read: " + e, e));
              }
            },
            answer));
    return answer;
  }

  private void run() {
    long nextHousekeeping = System.nanoTime();
    while (!closed || !tasks.isEmpty()) {
      try {
        Task task = tasks.poll(nextHousekeeping - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (task != null) {
          perform(task);
        }
        if (System.nanoTime() - nextHousekeeping >= 0) {
          nextHousekeeping = System.nanoTime() + TimeUnit.SECONDS.toNanos(HOUSEKEEPING_SECONDS);
          housekeeping();
        }
      } catch (InterruptedException e) {
        closed = true;
      } catch (IOException | RuntimeException e) {
        log.error("the spool", e);
      }
      status = store.status();
    }
    store.close();
  }

  /** What can't be done now is said once and tried again. */
  private void housekeeping() {
    try {
      store.housekeeping();
      housekeepingTrouble = "";
    } catch (IOException e) {
      if (!housekeepingTrouble.equals(e.toString())) {
        log.error("the spool's state can't be kept", e);
      }
      housekeepingTrouble = e.toString();
    }
  }

  private void perform(Task first) throws IOException {
    Task task = first;
    List<Task.Append> group = new ArrayList<>();
    int bytes = 0;
    while (task instanceof Task.Append append) {
      group.add(append);
      bytes += Entry.bodySize(append.message());
      task = bytes < MAX_GROUP_BYTES ? tasks.poll() : null;
    }
    if (!group.isEmpty()) {
      commit(group);
    }
    if (task instanceof Task.Run run) {
      run.work().run();
    }
  }

  private void commit(List<Task.Append> group) {
    List<AppendOutcome> outcomes;
    try {
      outcomes = store.append(group.stream().map(Task.Append::message).toList());
    } catch (RuntimeException e) {
      log.error("appending to the spool", e);
      outcomes =
          group.stream().<AppendOutcome>map(_ -> new AppendOutcome.Failed(e.toString())).toList();
    }
    status = store.status();
    for (int i = 0; i < group.size(); i++) {
      Task.Append append = group.get(i);
      release(Entry.bodySize(append.message()));
      append.outcome().complete(outcomes.get(i));
      if (outcomes.get(i) instanceof AppendOutcome.Stored) {
        listener.accept(append.message().kind());
      }
    }
  }

  /** Makes durable what was handed over before, ends the thread and unlocks the directory. */
  @Override
  public void close() {
    closed = true;
    tasks.add(new Task.Run(() -> {}, new CompletableFuture<>()));
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (Task task = tasks.poll(); task != null; task = tasks.poll()) {
      switch (task) {
        case Task.Append append ->
            append.outcome().complete(new AppendOutcome.Failed("the spool is closed"));
        case Task.Run run ->
            run.answer().completeExceptionally(new SpoolException("the spool is closed"));
      }
    }
  }
}
