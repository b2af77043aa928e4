package com.iottly.agent.control;

import com.iottly.agent.json.Json;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A connection to the running agent. */
public final class ControlClient implements AutoCloseable {

  private final Path socket;
  private final SocketChannel channel;
  private final Lines lines;

  private ControlClient(Path socket, SocketChannel channel) {
    this.socket = socket;
    this.channel = channel;
    this.lines = new Lines(channel);
  }

  /**
   * Connects.
   *
   * @throws ControlException when no agent listens at the socket
   */
  public static ControlClient open(Path socket) {
    try {
      return new ControlClient(socket, SocketChannel.open(UnixDomainSocketAddress.of(socket)));
    } catch (IOException | IllegalArgumentException e) {
      throw unreachable(socket, e);
    }
  }

  /**
   * Sends one request and answers what the agent said.
   *
   * @throws ControlException when the agent is gone
   */
  public Map<String, @Nullable Object> ask(Map<String, ? extends @Nullable Object> request) {
    try {
      lines.write(request);
      byte[] answer = lines.read();
      if (answer == null) {
        throw new IOException("the agent closed the connection");
      }
      return Json.read(answer);
    } catch (IOException | IllegalArgumentException e) {
      throw unreachable(socket, e);
    }
  }

  /**
   * One request over a connection of its own.
   *
   * @throws ControlException when no agent listens at the socket
   */
  public static Map<String, @Nullable Object> ask(
      Path socket, Map<String, ? extends @Nullable Object> request) {
    try (ControlClient client = open(socket)) {
      return client.ask(request);
    }
  }

  private static ControlException unreachable(Path socket, Exception why) {
    return new ControlException(
        "no agent answers at "
            + socket
            + " ("
            + why.getMessage()
            + "); start it, and run this as the same user and with the same configuration",
        why);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw unreachable(socket, e);
    }
  }
}
