package com.iottly.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.cli.http.Platform;
import com.iottly.cli.http.UnreachableException;
import com.iottly.cli.stream.Arrival;
import com.iottly.cli.stream.Channel;
import com.iottly.cli.stream.RefusedException;
import com.iottly.cli.stream.Stream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "tunnel",
    description = {
      "Make a TCP service that a device reaches reachable on this machine, on 127.0.0.1.",
      "Each connection here is one there. Ctrl-C ends it."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  iottly cli tunnel \"Cold room 4\" 8080:localhost:80",
      "  iottly cli tunnel \"Cold room 4\" 0:192.168.0.20:502",
      "",
      "Port 0 takes a free one. The device's owner must allow it: [remote] tunnel = true,",
      "tunnel_targets."
    })
final class TunnelCommand implements Callable<Integer> {

  private static final Pattern FORM = Pattern.compile("(\\d{1,5}):(.+):(\\d{1,5})");
  private static final int CHUNK = 64 * 1024;
  private static final int BACKLOG = 50;

  private final Exchange exchange;

  @Parameters(paramLabel = "DEVICE", description = "Its name or id.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String device;

  @Parameters(paramLabel = "PORT:HOST:PORT", description = "The port here, host and port there.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String way;

  private @Nullable Stream stream;

  TunnelCommand(Exchange exchange) {
    this.exchange = exchange;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Matcher form = FORM.matcher(way);
    if (!form.matches()) {
      throw new CliException(ExitCode.USAGE, "'" + way + "': write it like 8080:localhost:80");
    }
    ObjectNode target =
        Platform.JSON
            .createObjectNode()
            .put("host", form.group(2).replaceAll("[\\[\\]]", ""))
            .put("port", Integer.parseInt(form.group(3)));
    String id = exchange.deviceId(device);
    int port = Integer.parseInt(form.group(1));
    try (ServerSocket server = listen(port)) {
      stream = Stream.connect(exchange.platform(), exchange.project());
      exchange.remark(
          "127.0.0.1:%d is %s:%s of %s now; Ctrl-C ends it."
              .formatted(server.getLocalPort(), form.group(2), form.group(3), device));
      while (true) {
        Socket socket = server.accept();
        Thread.ofPlatform().name("connection").daemon().start(() -> connect(socket, id, target));
      }
    }
  }

  private static ServerSocket listen(int port) throws IOException {
    try {
      return new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress());
    } catch (IOException | IllegalArgumentException e) {
      throw new CliException(
          ExitCode.FAILED, "port %d can't be used here: %s".formatted(port, e.getMessage()));
    }
  }

  /** The connection to the platform, made anew when it broke. */
  private synchronized Stream stream() {
    Stream now = stream;
    if (now == null || now.isLost()) {
      now = Stream.connect(exchange.platform(), exchange.project());
      stream = now;
    }
    return now;
  }

  private void connect(Socket accepted, String id, ObjectNode target) {
    try (Socket socket = accepted;
        Channel channel = stream().open(id, "tunnel", target)) {
      socket.setTcpNoDelay(true);
      Thread.ofPlatform().name("upward").daemon().start(() -> up(socket, channel));
      down(channel, socket);
    } catch (RefusedException | UnreachableException e) {
      exchange.warn(Cli.sentence(e));
    } catch (IOException e) {
      exchange.warn("a connection broke: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void up(Socket socket, Channel channel) {
    byte[] bytes = new byte[CHUNK];
    try {
      int read = socket.getInputStream().read(bytes);
      while (read >= 0 && channel.send(bytes, read)) {
        read = socket.getInputStream().read(bytes);
      }
      if (read < 0) {
        channel.control(Platform.JSON.createObjectNode().put("eof", true));
      }
    } catch (IOException e) {
      channel.leave();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void down(Channel channel, Socket socket) throws IOException, InterruptedException {
    OutputStream out = socket.getOutputStream();
    while (true) {
      switch (channel.next()) {
        case Arrival.Bytes(ByteBuffer bytes) ->
            out.write(bytes.array(), bytes.position(), bytes.remaining());
        case Arrival.Control(JsonNode control) when control.path("eof").asBoolean() ->
            socket.shutdownOutput();
        case Arrival.Closed closed -> {
          if (!closed.code().equals("ended") && !closed.code().equals("closed")) {
            exchange.warn("%s (%s)".formatted(closed.sentence(), closed.code()));
          }
          return;
        }
        case Arrival.Control _, Arrival.Interrupted _, Arrival.Resumed _ -> {}
      }
    }
  }
}
