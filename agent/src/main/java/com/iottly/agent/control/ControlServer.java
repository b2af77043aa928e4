package com.iottly.agent.control;

import com.iottly.agent.json.Json;
import com.iottly.agent.log.Log;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Listens at the control socket and answers each line with what the function says. */
public final class ControlServer implements AutoCloseable {

  /** How many connections there may be at once. */
  static final int MAX_CONNECTIONS = 16;

  private static final Duration LAST_ANSWER = Duration.ofSeconds(1);

  private final Path socket;
  private final ServerSocketChannel server;
  private final Function<Map<String, @Nullable Object>, Map<String, ?>> answer;
  private final Log log;
  private final Map<SocketChannel, Thread> connections = new ConcurrentHashMap<>();
  private final Thread thread;

  /**
   * Starts listening. The socket appears under its name with mode 0600, and replaces one that a
   * crashed agent left.
   *
   * @param answer answers a request, on the connection's thread
   */
  public static ControlServer open(
      Path socket, Function<Map<String, @Nullable Object>, Map<String, ?>> answer, Log log)
      throws IOException {
    Path directory = socket.toAbsolutePath().getParent();
    if (directory == null) {
      throw new IOException(socket + " is no place for a socket");
    }
    Files.createDirectories(directory);
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      Path closed = Files.createTempDirectory(directory, ".new");
      Path fresh = closed.resolve("s");
      server.bind(UnixDomainSocketAddress.of(fresh));
      Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
      Files.move(fresh, socket, StandardCopyOption.ATOMIC_MOVE);
      Files.delete(closed);
      return new ControlServer(socket, server, answer, log);
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private ControlServer(
      Path socket,
      ServerSocketChannel server,
      Function<Map<String, @Nullable Object>, Map<String, ?>> answer,
      Log log) {
    this.socket = socket;
    this.server = server;
    this.answer = answer;
    this.log = log;
    this.thread = Thread.ofPlatform().name("iottly-control").daemon().start(this::accept);
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        SocketChannel channel = server.accept();
        if (connections.size() >= MAX_CONNECTIONS) {
          channel.close();
        } else {
          Thread connection =
              Thread.ofVirtual().name("iottly-control-connection").unstarted(() -> serve(channel));
          connections.put(channel, connection);
          connection.start();
        }
      } catch (IOException e) {
        if (server.isOpen()) {
          log.warn("the control socket: " + e);
        }
      }
    }
  }

  private void serve(SocketChannel channel) {
    try (channel) {
      Lines lines = new Lines(channel);
      for (byte[] line = lines.read(); line != null; line = lines.read()) {
        lines.write(answer(line));
      }
    } catch (IOException e) {
      log.debug("a control connection ended: " + e.getMessage());
    } finally {
      connections.remove(channel);
    }
  }

  private static void shutdownInput(SocketChannel channel) throws IOException {
    try {
      channel.shutdownInput();
    } catch (ClosedChannelException | NotYetConnectedException e) {
      channel.close();
    }
  }

  private Map<String, ?> answer(byte[] line) {
    try {
      return answer.apply(Json.read(line));
    } catch (IllegalArgumentException e) {
      return Map.of("error", String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      log.error("a control request", e);
      return Map.of("error", "the agent failed on this; see its log");
    }
  }

  /**
   * Stops listening, removes the socket, and closes the connections: requests that came are
   * answered, as long as somebody reads the answers.
   */
  @Override
  public void close() {
    try {
      server.close();
      Files.deleteIfExists(socket);
      thread.join();
      var open = Map.copyOf(connections);
      for (SocketChannel channel : open.keySet()) {
        shutdownInput(channel);
      }
      for (var connection : open.entrySet()) {
        connection.getValue().join(LAST_ANSWER);
        connection.getKey().close();
      }
    } catch (IOException e) {
      log.warn("closing the control socket: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
