package com.iottly.bench;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The machine to oneself, as far as other benches go: one lock file for all of them. */
final class BenchLock implements AutoCloseable {

  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final FileChannel channel;

  private BenchLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Where the lock is for every user of this machine. */
  static Path file() {
    return Path.of(System.getProperty("java.io.tmpdir"), "iottly-bench.lock");
  }

  /** Waits for the lock and takes it; closing or the end of the process gives it back. */
  static BenchLock take(Path file, Duration atMost) {
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      long deadline = System.nanoTime() + atMost.toNanos();
      boolean told = false;
      for (FileLock lock = channel.tryLock(); lock == null; lock = channel.tryLock()) {
        if (!told) {
          System.err.println("Another bench holds " + file + "; waiting for it to end.");
          told = true;
        }
        if (System.nanoTime() > deadline) {
          channel.close();
          throw new BenchException(
              "another bench still held " + file + " after " + atMost.toMinutes() + " min");
        }
        LockSupport.parkNanos(POLL_NANOS);
      }
      return new BenchLock(channel);
    } catch (IOException e) {
      throw new BenchException("can't lock " + file + ": " + BenchException.reason(e), e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new BenchException("can't give the lock back: " + BenchException.reason(e), e);
    }
  }
}
