package com.iottly.platform.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Libraries of other people for Node, which tests hold ours against. */
public final class NodePackages {

  /** npm writes it when everything else is there. */
  private static final String DONE = "node_modules/.package-lock.json";

  private NodePackages() {}

  /**
   * Installs what the folder's lock file names, unless it is there. Test classes of other processes
   * may want the same at the same time.
   */
  public static void install(Path folder) throws IOException, InterruptedException {
    Path lock = Files.createDirectories(folder.resolve("node_modules")).resolve(".turn");
    try (FileChannel channel =
            FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock _ = channel.lock()) {
      if (!Files.exists(folder.resolve(DONE))) {
        npm(folder);
      }
    }
  }

  /** What it says is not passed through: Node would change the pipes that surefire reads. */
  private static void npm(Path folder) throws IOException, InterruptedException {
    Process npm =
        new ProcessBuilder("npm", "ci", "--silent")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    npm.getOutputStream().close();
    String said = new String(npm.getInputStream().readAllBytes(), UTF_8);
    if (npm.waitFor() != 0) {
      throw new IllegalStateException(
          "`npm ci` failed in %s; it needs the npm registry: %s".formatted(folder, said));
    }
  }
}
