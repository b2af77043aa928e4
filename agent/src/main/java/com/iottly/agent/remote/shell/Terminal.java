package com.iottly.agent.remote.shell;

import com.iottly.agent.config.RemoteConfig;
import com.iottly.agent.log.Log;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A login shell on a terminal, which outlives the channels it is seen through.
 *
 * <pre>
 * running ─ the shell exits ───────────────────────────────▶ ended: its exit code
 *    │                                                          │ until a client has been told,
 *    └ idle, too long, left alone, switched off ─▶ hung up,     │ or the grace time is over
 *                                     killed 2 s later ────────▶┘▶ gone
 * </pre>
 *
 * <p>One thread owns the terminal, reads and writes it, and keeps all of these times. Its other
 * methods are anybody's and never wait, but for {@link #type}.
 */
final class Terminal {

  private static final int SIGHUP = 1;
  private static final int SIGKILL = 9;
  private static final int SIGCONT = 18;
  private static final int CHUNK = 16 * 1024;
  private static final int WAITING_INPUTS = 4;
  private static final Duration BEFORE_KILL = Duration.ofSeconds(2);

  private final String id;
  private final RemoteConfig.Shell limits;
  private final Pty pty;
  private final Process process;
  private final Output output;
  private final LongSupplier nanoTime;
  private final Log log;
  private final Runnable gone;
  private final Thread thread;
  private final BlockingQueue<byte[]> inputs = new ArrayBlockingQueue<>(WAITING_INPUTS);
  private final long mustEndAt;
  private volatile long lastTyped;
  private volatile @Nullable String ending;
  private volatile @Nullable Ended ended;

  /** Who sees it; under the monitor. */
  private @Nullable Viewer viewer;

  private long leftAlone;
  private boolean forgotten;

  /** The terminal thread's. */
  private byte @Nullable [] input;

  private int inputAt;
  private long lastWritten;
  private boolean silent;
  private long killAt;
  private boolean hungUp;

  /**
   * How it ended.
   *
   * @param code {@code ended} when the shell did it by itself
   * @param exit the shell's exit code; as shells say it, 128 and the number when a signal ended it
   */
  record Ended(String code, int exit) {}

  /**
   * What the client's terminal is like.
   *
   * @param type what it understands, for {@code TERM}
   */
  record Look(int columns, int rows, String type) {}

  /** Who sees a terminal now. */
  interface Viewer {
    /** Another one sees it from now on. Returns at once. */
    void superseded();
  }

  /**
   * Starts a shell.
   *
   * @param environment the agent's
   * @param gone told once, when there is nothing left to come back to
   * @throws IOException when the machine can't
   */
  static Terminal start(
      String id,
      Look look,
      RemoteConfig.Shell limits,
      Map<String, String> environment,
      LongSupplier nanoTime,
      Log log,
      Runnable gone)
      throws IOException {
    Pty pty = Pty.open(look.columns(), look.rows());
    try {
      Process process = LoginShell.start(pty.name(), look.type(), environment);
      return new Terminal(id, limits, pty, process, nanoTime, log, gone);
    } catch (IOException e) {
      pty.close();
      throw e;
    }
  }

  private Terminal(
      String id,
      RemoteConfig.Shell limits,
      Pty pty,
      Process process,
      LongSupplier nanoTime,
      Log log,
      Runnable gone) {
    this.id = id;
    this.limits = limits;
    this.pty = pty;
    this.process = process;
    this.output = new Output(limits.bufferBytes());
    this.nanoTime = nanoTime;
    this.log = log;
    this.gone = gone;
    this.lastTyped = nanoTime.getAsLong();
    this.lastWritten = lastTyped;
    this.mustEndAt = lastTyped + limits.longest().toNanos();
    this.leftAlone = mustEndAt;
    var _ = process.onExit().thenRun(this::wake);
    this.thread = Thread.ofPlatform().name("iottly-shell").daemon().start(this::run);
  }

  String id() {
    return id;
  }

  Output output() {
    return output;
  }

  Duration grace() {
    return limits.grace();
  }

  long pid() {
    return process.pid();
  }

  /** How it ended, or null while it runs. */
  @Nullable Ended ended() {
    return ended;
  }

  /** Hands over what the client typed; waits while the programs don't read. */
  void type(byte[] bytes) throws InterruptedException {
    lastTyped = nanoTime.getAsLong();
    while (ended == null && !inputs.offer(bytes, 1, TimeUnit.SECONDS)) {
      wake();
    }
    wake();
  }

  void resize(int columns, int rows) throws IOException {
    pty.resize(columns, rows);
  }

  void signal(int number) throws IOException {
    pty.signal(number);
  }

  /** Ends it for that reason, if it has not ended. */
  void end(String code) {
    if (ending == null) {
      ending = code;
    }
    wake();
  }

  /** Waits until everything of it is gone. */
  void join() throws InterruptedException {
    thread.join();
  }

  /** From now on that one sees it, and nobody else. */
  void attach(Viewer next) {
    Viewer before;
    synchronized (this) {
      before = viewer;
      viewer = next;
    }
    if (before != null) {
      before.superseded();
    }
    output.wake();
  }

  /** That one does not see it any more; the grace time begins. */
  void detach(Viewer former) {
    synchronized (this) {
      if (former.equals(viewer)) {
        viewer = null;
        leftAlone = nanoTime.getAsLong();
        notifyAll();
      }
    }
    wake();
  }

  /** Nobody will come back to it once it has ended. */
  synchronized void forget() {
    forgotten = true;
    notifyAll();
  }

  /** There is room for output again, or something else to look at. */
  void wake() {
    try {
      pty.wake();
    } catch (IOException e) {
      log.error("a shell's terminal can't be woken", e);
    }
  }

  private void run() {
    String why = "failed";
    try (pty) {
      serve();
      why = ending == null ? "ended" : ending;
    } catch (IOException e) {
      log.error("a shell's terminal broke", e);
    }
    ended = new Ended(why, process.isAlive() ? 128 + SIGKILL : process.exitValue());
    output.end();
    log.info("the shell %s ended: %s".formatted(id, why));
    try {
      killTheRest();
      waitForClient();
    } catch (IOException e) {
      log.error("what a shell left behind", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      gone.run();
    }
  }

  private void serve() throws IOException {
    byte[] chunk = new byte[CHUNK];
    boolean nothingLeft = false;
    while (process.isAlive() || !(nothingLeft || ending != null)) {
      long now = nanoTime.getAsLong();
      long next = keepTimes(now);
      if (hungUp && now - killAt > BEFORE_KILL.toNanos()) {
        return;
      }
      int room = output.room();
      if (process.isAlive() || room == 0) {
        int millis = Math.clamp((next - now) / 1_000_000 + 1, 1, 60_000);
        pty.await(room > 0 && !silent, input != null || !inputs.isEmpty(), millis);
        room = output.room();
      }
      writeInput();
      nothingLeft = room > 0 && readOutput(chunk, room) <= 0;
    }
  }

  private int readOutput(byte[] chunk, int room) throws IOException {
    int read = pty.read(chunk, Math.min(room, chunk.length));
    if (read > 0) {
      lastWritten = nanoTime.getAsLong();
      output.append(chunk, read);
    }
    silent = read < 0;
    return read;
  }

  private void writeInput() throws IOException {
    if (input == null) {
      input = inputs.poll();
      inputAt = 0;
    }
    while (input != null) {
      int written = pty.write(input, inputAt);
      if (written == 0) {
        return;
      }
      inputAt += written;
      if (inputAt == input.length) {
        input = inputs.poll();
        inputAt = 0;
      }
    }
  }

  /** Does what is due; the time at which something is due next. */
  private long keepTimes(long now) throws IOException {
    long idleAt = Math.max(lastTyped, lastWritten) + limits.idle().toNanos();
    long graceOver = graceOver();
    if (ending == null) {
      if (now - mustEndAt >= 0) {
        ending = "too_long";
      } else if (now - idleAt >= 0) {
        ending = "idle";
      } else if (now - graceOver >= 0) {
        ending = "abandoned";
      } else {
        return Math.min(Math.min(idleAt, mustEndAt), graceOver);
      }
    }
    if (!hungUp) {
      hungUp = true;
      killAt = now + BEFORE_KILL.toNanos();
      SessionProcesses.signal(process.pid(), SIGHUP);
      SessionProcesses.signal(process.pid(), SIGCONT);
    } else if (now - killAt >= 0) {
      SessionProcesses.signal(process.pid(), SIGKILL);
      return now + BEFORE_KILL.toNanos();
    }
    return killAt;
  }

  private synchronized long graceOver() {
    return viewer != null ? mustEndAt : leftAlone + limits.grace().toNanos();
  }

  /** What the shell left behind in its session. */
  private void killTheRest() throws IOException, InterruptedException {
    if (SessionProcesses.signal(process.pid(), SIGHUP)) {
      TimeUnit.NANOSECONDS.sleep(BEFORE_KILL.toNanos());
      SessionProcesses.signal(process.pid(), SIGKILL);
    }
  }

  /** A client that comes back in time learns how it ended. */
  private synchronized void waitForClient() throws InterruptedException {
    while (!forgotten) {
      long left = graceOver() - nanoTime.getAsLong();
      if (left <= 0) {
        return;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
  }
}
