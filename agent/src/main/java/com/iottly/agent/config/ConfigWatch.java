package com.iottly.agent.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the configuration file now and then, and tells of a change once two looks in a row saw
 * the same: an editor that writes in steps, replaces the file, or removes it for a moment is waited
 * for. Who asks for a reload is told at once. Works on every file system, and costs one {@code
 * stat} a look.
 */
public final class ConfigWatch implements AutoCloseable {

  /** How often to look. */
  public static final Duration INTERVAL = Duration.ofSeconds(2);

  /** Hears of changes, on the thread {@code iottly-config}. */
  public interface Listener {
    /**
     * @param asked whether somebody asked, rather than the file having changed
     */
    void changed(boolean asked);

    /** Called at each look, whether or not anything changed; must not wait. */
    void looked();
  }

  /** What tells one state of the file from another. */
  private record Stamp(FileTime modified, long size, @Nullable Object identity) {}

  private enum Call {
    RELOAD,
    STOP
  }

  private final Path file;
  private final Duration interval;
  private final Listener listener;
  private final BlockingQueue<Call> calls = new ArrayBlockingQueue<>(2);
  private final Thread thread;

  /** Starts looking; what is there now is known. */
  public ConfigWatch(Path file, Duration interval, Listener listener) {
    this.file = file;
    this.interval = interval;
    this.listener = listener;
    Stamp known = stamp();
    this.thread = Thread.ofPlatform().name("iottly-config").daemon().start(() -> run(known));
  }

  /** Reads the file again even if it did not change. Any thread. */
  public void reload() {
    boolean _ = calls.offer(Call.RELOAD);
  }

  private void run(@Nullable Stamp atStart) {
    Stamp known = atStart;
    Stamp seen = atStart;
    try {
      Call call = calls.poll(interval.toMillis(), TimeUnit.MILLISECONDS);
      while (call != Call.STOP) {
        Stamp now = stamp();
        boolean settled = now != null && now.equals(seen) && !now.equals(known);
        if (call == Call.RELOAD || settled) {
          known = now;
          listener.changed(call == Call.RELOAD);
        }
        listener.looked();
        seen = now;
        call = calls.poll(interval.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private @Nullable Stamp stamp() {
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(now.lastModifiedTime(), now.size(), now.fileKey());
    } catch (IOException e) {
      return null;
    }
  }

  @Override
  public void close() {
    calls.clear();
    boolean _ = calls.offer(Call.STOP);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
