package com.iottly.agent.spool;

import com.iottly.agent.disk.AtomicFile;
import com.iottly.agent.log.Log;
import com.iottly.wire.Epoch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The small files beside the segments: {@code epoch} (durable) and {@code state} (lazy: it is only
 * news from the past that the platform or the segments tell again).
 */
final class SpoolFiles {

  private final Path epochFile;
  private final Path stateFile;
  private final Log log;

  SpoolFiles(Path directory, Log log) {
    this.epochFile = directory.resolve("epoch");
    this.stateFile = directory.resolve("state");
    this.log = log;
  }

  /**
   * The spool's numbering.
   *
   * @param base the position before the epoch's sequence 1
   */
  record Numbering(Epoch epoch, long base) {}

  /** What happened to messages that have left the spool. */
  record State(long acknowledged, long droppedTelemetry, long droppedOthers) {}

  Optional<Numbering> readNumbering() throws IOException {
    Map<String, String> lines = read(epochFile);
    try {
      return lines.isEmpty()
          ? Optional.empty()
          : Optional.of(
              new Numbering(Epoch.parse(lines.getOrDefault("epoch", "")), number(lines, "base")));
    } catch (IllegalArgumentException e) {
      log.error(epochFile + " is damaged; the spool gets a new epoch");
      return Optional.empty();
    }
  }

  void write(Numbering numbering) throws IOException {
    AtomicFile.write(epochFile, "epoch " + numbering.epoch() + "\nbase " + numbering.base() + "\n");
  }

  State readState() throws IOException {
    Map<String, String> lines = read(stateFile);
    try {
      return new State(
          number(lines, "acknowledged"),
          number(lines, "dropped_telemetry"),
          number(lines, "dropped_others"));
    } catch (NumberFormatException e) {
      log.warn(stateFile + " is damaged; it is written again");
      return new State(0, 0, 0);
    }
  }

  void write(State state) throws IOException {
    AtomicFile.writeLazily(
        stateFile,
        "acknowledged %d\ndropped_telemetry %d\ndropped_others %d\n"
            .formatted(state.acknowledged(), state.droppedTelemetry(), state.droppedOthers()));
  }

  private static long number(Map<String, String> lines, String name) {
    return Long.parseLong(lines.getOrDefault(name, "0"));
  }

  private static Map<String, String> read(Path file) throws IOException {
    var lines = new HashMap<String, String>();
    try {
      for (String line : Files.readString(file, StandardCharsets.ISO_8859_1).lines().toList()) {
        int space = line.indexOf(' ');
        if (space > 0) {
          lines.put(line.substring(0, space), line.substring(space + 1));
        }
      }
      if (lines.isEmpty()) {
        lines.put("epoch", "");
      }
    } catch (NoSuchFileException e) {
      return lines;
    }
    return lines;
  }
}
