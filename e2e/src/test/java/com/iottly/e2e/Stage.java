package com.iottly.e2e;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ThreadLocalRandom;

/** A folder and everything that runs in it; closing ends it all, the latest first. */
final class Stage implements AutoCloseable {

  private final Path folder;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  private Stage(Path folder) {
    this.folder = folder;
  }

  static Stage in(Path folder) throws IOException {
    return new Stage(Files.createDirectories(folder));
  }

  /** A platform that runs, with a project and a key. */
  Platform platform(String... moreConfiguration) throws IOException {
    Platform platform = add(new Platform(folder, String.join("\n", moreConfiguration)));
    platform.start();
    platform.createProject();
    return platform;
  }

  /** An agent that is registered and does not run yet. */
  DeviceAgent agent(Platform platform) throws IOException {
    DeviceAgent agent = add(new DeviceAgent(folder, platform));
    agent.provision();
    return agent;
  }

  <T extends AutoCloseable> T add(T closeable) {
    opened.push(closeable);
    return closeable;
  }

  /**
   * A port that is free now, and that no outgoing connection and no test in another process gets
   * while it is.
   */
  static int freePort() {
    int first = 20_000 + 3_000 * (Integer.getInteger("iottly.fork", 0) % 4);
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(first, first + 3_000);
      try (ServerSocket socket = new ServerSocket()) {
        socket.bind(new InetSocketAddress("127.0.0.1", port));
        return port;
      } catch (IOException e) {
        // Taken: the next.
      }
    }
  }

  @Override
  public void close() throws Exception {
    Exception failure = null;
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
