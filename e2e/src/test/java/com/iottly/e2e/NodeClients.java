package com.iottly.e2e;

import com.iottly.platform.server.NodePackages;
import java.io.IOException;
import java.nio.file.Path;

/** Clients of the WebSocket API on a library by other people: ws for Node. */
final class NodeClients {

  static final Path FOLDER = Launcher.ROOT.resolve("e2e/src/test/ws");

  private NodeClients() {}

  static void install() throws IOException, InterruptedException {
    NodePackages.install(FOLDER);
  }
}
