package com.iottly.agent.telemetry;

import com.iottly.agent.disk.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Remembers how the agent ended, to say at its next start why it started. */
public final class LastRun {

  private static final String RUNNING = "running";
  private static final String STOPPED = "stopped";

  private final Path file;
  private final String bootId;

  /** Remembers in that file; {@code bootId} is the current boot's. */
  public LastRun(Path file, String bootId) {
    this.file = file;
    this.bootId = bootId;
  }

  /**
   * Notes that the agent runs, and answers why it was started: {@code first_start}; {@code restart}
   * or {@code reboot} after a clean stop; {@code crash} or {@code unclean_reboot} without one.
   */
  public String begin() throws IOException {
    String cause;
    try {
      String[] last = Files.readString(file).strip().split(" ", -1);
      boolean clean = last.length == 2 && last[1].equals(STOPPED);
      boolean sameBoot = last[0].equals(bootId);
      cause = sameBoot ? (clean ? "restart" : "crash") : (clean ? "reboot" : "unclean_reboot");
    } catch (NoSuchFileException e) {
      cause = "first_start";
    }
    AtomicFile.write(file, bootId + " " + RUNNING + "\n");
    return cause;
  }

  /** Notes a clean stop. */
  public void end() throws IOException {
    AtomicFile.write(file, bootId + " " + STOPPED + "\n");
  }
}
