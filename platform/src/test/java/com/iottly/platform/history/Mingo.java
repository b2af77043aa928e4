package com.iottly.platform.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** An implementation of MongoDB's filter language by other people, run in a process of its own. */
final class Mingo {

  private static final Path HOME = Path.of("src/test/mingo").toAbsolutePath();
  private static final ObjectMapper JSON = new ObjectMapper();

  private Mingo() {}

  /** For each filter the documents that it matches. */
  static List<BitSet> matches(List<JsonNode> documents, List<JsonNode> filters) throws Exception {
    install();
    Process node =
        new ProcessBuilder("node", "oracle.js")
            .directory(HOME.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    Thread questions =
        Thread.ofPlatform().name("mingo-questions").start(() -> ask(node, documents, filters));
    List<BitSet> answers = new ArrayList<>();
    try (BufferedReader lines = node.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        BitSet matching = new BitSet(documents.size());
        JSON.readTree(line).forEach(index -> matching.set(index.intValue()));
        answers.add(matching);
      }
    } finally {
      node.destroy();
      questions.join();
    }
    if (answers.size() != filters.size()) {
      throw new IllegalStateException(
          "mingo failed at filter " + answers.size() + ": " + filters.get(answers.size()));
    }
    return answers;
  }

  private static void ask(Process node, List<JsonNode> documents, List<JsonNode> filters) {
    try (BufferedWriter lines = node.outputWriter()) {
      lines.write(JSON.writeValueAsString(documents));
      lines.newLine();
      for (JsonNode filter : filters) {
        lines.write(filter.toString());
        lines.newLine();
      }
    } catch (IOException e) {
      // The process ended early; the count of its answers tells.
      if (node.isAlive()) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static void install() throws IOException, InterruptedException {
    if (Files.isDirectory(HOME.resolve("node_modules"))) {
      return;
    }
    Process npm =
        new ProcessBuilder("npm", "ci", "--silent").directory(HOME.toFile()).inheritIO().start();
    if (npm.waitFor() != 0) {
      throw new IllegalStateException("`npm ci` failed in " + HOME + "; it needs the npm registry");
    }
  }
}
