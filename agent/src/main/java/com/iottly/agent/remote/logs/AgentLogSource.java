package com.iottly.agent.remote.logs;

import com.iottly.agent.log.Log.Level;
import com.iottly.agent.log.LogReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** The agent's own log, with the files it was rotated to. One thread. */
final class AgentLogSource implements LineSource {

  private final Path file;

  AgentLogSource(Path file) {
    this.file = file;
  }

  @Override
  public void run(int count, boolean follow, Lines lines) throws IOException, InterruptedException {
    LogReader reader = new LogReader(file, Level.DEBUG);
    Past past = new Past(count);
    if (!follow) {
    }
  }
}
