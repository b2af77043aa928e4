package com.iottly.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Clients of the WebSocket API on a library by other people: ws for Node. */
final class NodeClients {

  static final Path FOLDER = Launcher.ROOT.resolve("e2e/src/test/ws");

  private NodeClients() {}

  static void install() throws IOException, InterruptedException {
    if (Files.isDirectory(FOLDER.resolve("node_modules"))) {
      return;
    }
    Process npm =
        new ProcessBuilder("npm", "ci", "--silent").directory(FOLDER.toFile()).inheritIO().start();
    if (npm.waitFor() != 0) {
      throw new IllegalStateException(
          "`npm ci` failed in " + FOLDER + "; it needs the npm registry");
    }
  }
}
