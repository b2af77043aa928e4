package com.iottly.agent.control;

import com.iottly.agent.json.Json;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks the running agent. */
public final class ControlClient {

  private ControlClient() {}

  /**
   * Sends one request and answers what the agent said.
   *
   * @throws ControlException when no agent listens at the socket
   */
  public static Map<String, @Nullable Object> ask(
      Path socket, Map<String, ? extends @Nullable Object> request) {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      Lines lines = new Lines(channel);
      lines.write(request);
      byte[] answer = lines.read();
      if (answer == null) {
        throw new IOException("the agent closed the connection");
      }
      return Json.read(answer);
    } catch (IOException | IllegalArgumentException e) {
      throw new ControlException(
          "no agent answers at "
              + socket
              + " ("
              + e.getMessage()
              + "); start it, and run this as the same user and with the same configuration",
          e);
    }
  }
}
