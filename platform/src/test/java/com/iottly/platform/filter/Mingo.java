package com.iottly.platform.filter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.iottly.platform.server.NodePackages;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;

/** An implementation of MongoDB's filter language by other people, run in a process of its own. */
final class Mingo implements AutoCloseable {

  private static final Path HOME = Path.of("src/test/mingo").toAbsolutePath();
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process node;
  private final BufferedReader answers;
  private final Thread questions;

  /** Starts it on the questions; the answers come in the order of the filters. */
  Mingo(List<JsonNode> documents, List<JsonNode> filters) throws IOException, InterruptedException {
    NodePackages.install(HOME);
    node =
        new ProcessBuilder("node", "oracle.js")
            .directory(HOME.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    answers = node.inputReader();
    questions = Thread.ofPlatform().name("mingo-questions").start(() -> ask(documents, filters));
  }

  /** Which documents the next filter matches. */
  BitSet next() throws IOException {
    String line = answers.readLine();
    if (line == null) {
      throw new IllegalStateException("mingo gave up; its reason is on the standard error");
    }
    BitSet matching = new BitSet();
    JSON.readTree(line).forEach(index -> matching.set(index.intValue()));
    return matching;
  }

  private void ask(List<JsonNode> documents, List<JsonNode> filters) {
    try (BufferedWriter lines = node.outputWriter()) {
      lines.write(JSON.writeValueAsString(documents));
      lines.newLine();
      for (JsonNode filter : filters) {
        lines.write(filter.toString());
        lines.newLine();
      }
    } catch (IOException e) {
      // The process ended early, which next() reports.
      node.destroy();
    }
  }

  @Override
  public void close() throws InterruptedException {
    node.destroy();
    questions.join();
  }
}
