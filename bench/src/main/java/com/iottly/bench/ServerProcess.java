package com.iottly.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/** A running server on a free port of the loopback, ready for requests. */
final class ServerProcess implements AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final ServerCommand command;
  private final ServerCommand.Options options;
  private final Child child;
  private final Duration startup;

  private ServerProcess(
      ServerCommand command, ServerCommand.Options options, Child child, Duration startup) {
    this.command = command;
    this.options = options;
    this.child = child;
    this.startup = startup;
  }

  /** A durable server without TLS, as most benches want it. */
  static ServerProcess start(ServerCommand command, Path directory) {
    return start(command, directory, ServerCommand.Store.DURABLE, null, false);
  }

  /**
   * Starts a server and waits until it answers.
   *
   * @param directory gets the configuration, the server's log and, in {@code data}, its data
   * @param tls null for a plain one
   * @param admitAll whether handshakes are admitted as fast as they come
   */
  static ServerProcess start(
      ServerCommand command,
      Path directory,
      ServerCommand.Store store,
      @Nullable SelfSigned tls,
      boolean admitAll) {
    ServerCommand.Options options =
        new ServerCommand.Options(
            directory.resolve("data").toAbsolutePath(),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), freePort()),
            store,
            tls == null ? null : tls.files(),
            admitAll);
    Path config = directory.resolve("server.toml");
    requireJars(command.lib());
    try {
      Files.createDirectories(options.data());
      Files.writeString(config, ServerCommand.config(options));
    } catch (IOException e) {
      throw new BenchException("can't write " + config + ": " + BenchException.reason(e), e);
    }
    SocketFactory sockets =
        tls == null ? SocketFactory.getDefault() : tls.context().getSocketFactory();
    long began = System.nanoTime();
    Child child =
        Child.start(
            "server", command.server(config, options.store()), directory.resolve("server.log"));
    try {
      awaitReady(child, options.address(), sockets, began);
      return new ServerProcess(
          command, options, child, Duration.ofNanos(System.nanoTime() - began));
    } catch (RuntimeException e) {
      child.close();
      throw e;
    }
  }

  private static void requireJars(Path lib) {
    if (!Files.isDirectory(lib)) {
      throw new BenchException(
          "the server's jars are not in " + lib + "; build them with './iottly build'");
    }
  }

  private static void awaitReady(
      Child child, InetSocketAddress address, SocketFactory sockets, long began) {
    while (!ready(address, sockets)) {
      if (!child.alive()) {
        throw new BenchException("the server ended before it was ready:\n" + child.tail());
      }
      if (System.nanoTime() - began > START_LIMIT.toNanos()) {
        throw new BenchException(
            "the server was not ready after " + START_LIMIT.toSeconds() + " s:\n" + child.tail());
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  /** Whether an API call without a key gets the 401 it must get. */
  private static boolean ready(InetSocketAddress address, SocketFactory sockets) {
    try (Socket socket = sockets.createSocket(address.getAddress(), address.getPort())) {
      socket.setSoTimeout(10_000);
      socket
          .getOutputStream()
          .write(
              "GET /v1.0/project/ping HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      byte[] start = socket.getInputStream().readNBytes("HTTP/1.1 401".length());
      return new String(start, StandardCharsets.US_ASCII).equals("HTTP/1.1 401");
    } catch (IOException e) {
      return false;
    }
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new BenchException("no free port: " + BenchException.reason(e), e);
    }
  }

  InetSocketAddress address() {
    return options.address();
  }

  String url() {
    return options.url();
  }

  /** From its launch to its first answer. */
  Duration startup() {
    return startup;
  }

  long pid() {
    return child.pid();
  }

  Duration cpu() {
    return ProcessFacts.cpu(pid());
  }

  long rss() {
    return ProcessFacts.rss(pid());
  }

  /** Lets the server collect its garbage, so that what is left is what it needs. */
  void collectGarbage() {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    Child.run(
        "jcmd", List.of(jcmd.toString(), Long.toString(pid()), "GC.run"), Duration.ofSeconds(60));
  }

  /** What {@code iottly admin project create} prints. */
  String createProject(String name) {
    return admin(command.createProject(options.data(), name));
  }

  /** What {@code iottly admin key create} prints. */
  String createKey(String project) {
    return admin(command.createKey(options.data(), project));
  }

  private static String admin(List<String> line) {
    return Child.run("iottly admin", line, Duration.ofSeconds(60));
  }

  @Override
  public void close() {
    child.close();
  }
}
