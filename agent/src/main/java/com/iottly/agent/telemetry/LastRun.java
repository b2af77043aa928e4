package com.iottly.agent.telemetry;

import com.iottly.agent.disk.AtomicFile;
import com.iottly.agent.log.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Remembers how the agent ended, to say at its next start why it started. A disk that can't be
 * written to costs the memory only.
 */
public final class LastRun {

  private static final String RUNNING = "running";
  private static final String STOPPED = "stopped";

  private final Path file;
  private final String bootId;
  private final Log log;

  /** Remembers in that file; {@code bootId} is the current boot's. */
  public LastRun(Path file, String bootId, Log log) {
    this.file = file;
    this.bootId = bootId;
    this.log = log;
  }

  /**
   * Notes that the agent runs, and answers why it was started: {@code first_start}; {@code restart}
   * or {@code reboot} after a clean stop; {@code crash} or {@code unclean_reboot} without one;
   * {@code unknown} when it can't be read.
   */
  public String begin() {
    String cause;
    try {
      String[] last = Files.readString(file).strip().split(" ", -1);
      boolean clean = last.length == 2 && last[1].equals(STOPPED);
      boolean sameBoot = last[0].equals(bootId);
      cause = sameBoot ? (clean ? "restart" : "crash") : (clean ? "reboot" : "unclean_reboot");
    } catch (NoSuchFileException e) {
      cause = "first_start";
    } catch (IOException e) {
      log.warn(file + " can't be read: " + e);
      cause = "unknown";
    }
    write(RUNNING);
    return cause;
  }

  /** Notes a clean stop. */
  public void end() {
    write(STOPPED);
  }

  private void write(String state) {
    try {
      AtomicFile.write(file, bootId + " " + state + "\n");
    } catch (IOException e) {
      log.warn(
          "%s can't be written, the next start will not know its cause: %s".formatted(file, e));
    }
  }
}
