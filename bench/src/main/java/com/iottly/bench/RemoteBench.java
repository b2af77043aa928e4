package com.iottly.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a shell and a tunnel feel. */
@Command(
    name = "remote",
    mixinStandardHelpOptions = true,
    description = {
      "A shell's echo and a tunnel's rate, through the WebSocket API to the real agent.",
      "",
      "The agent's process is the one that ./iottly build makes; the tunnel's far end is in this"
          + " process.",
      ""
    })
final class RemoteBench implements Callable<Integer> {

  /** A program that gives back every byte at once, with no line discipline in between. */
  private static final String ECHO = "stty raw -echo; echo; exec cat\n";

  private static final int PIECE = 16 << 10;
  private static final Duration LONGEST_ECHO = Duration.ofSeconds(10);
  private static final Duration QUIET = Duration.ofMillis(500);

  @Mixin private final RunOptions run = new RunOptions();

  @Option(
      names = "--keystrokes",
      defaultValue = "1000",
      description = "Keys typed one after the other. Default: ${DEFAULT-VALUE}")
  private int keystrokes;

  @Option(
      names = "--seconds",
      defaultValue = "10",
      description = "How long each direction of the tunnel is measured. Default: ${DEFAULT-VALUE}")
  private int seconds;

  @Option(
      names = "--warmup",
      defaultValue = "5",
      description = "Seconds of the tunnel before that. Default: ${DEFAULT-VALUE}")
  private int warmup;

  @Override
  public Integer call() {
    run.require("--keystrokes", keystrokes, 1, 100_000);
    run.require("--seconds", seconds, 1, 600);
    run.require("--warmup", warmup, 0, 600);
    return run.run(this::measure);
  }

  private Report measure(Workspace workspace) {
    Path lib = ServerCommand.root().resolve("agent/target/lib");
    try (ServerProcess server = ServerProcess.start(run.server(), workspace.in("server"));
        HttpClient http = HttpClient.newHttpClient();
        ServerSocket far = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Provisioning.Fleet fleet = Provisioning.fleet(server, 0, null);
      Map<String, String> allowed =
          Map.of(
              "IOTTLY_REMOTE_SHELL", "true",
              "IOTTLY_REMOTE_TUNNEL", "true",
              "IOTTLY_REMOTE_TUNNEL_TARGETS", "127.0.0.1:" + far.getLocalPort());
      try (Api api = new Api(server.url(), fleet.key(), null);
          AgentProcess agent =
              AgentProcess.start(
                  lib, workspace.in("agent"), server, api, fleet.project(), fleet.key(), allowed)) {
        Opener opener =
            (service, arguments) ->
                ChannelClient.open(http, server, fleet, agent.device(), service, arguments);
        Table shell = shell(opener);
        Table tunnel = tunnel(opener, far);
        String rss = "The agent's RSS afterwards: %,.0f MB.".formatted(agent.rss() / 1e6);
        return report(shell, tunnel, rss);
      }
    } catch (IOException e) {
      throw new BenchException("the tunnel's far end: " + BenchException.reason(e), e);
    }
  }

  private interface Opener {
    ChannelClient open(String service, ObjectNode arguments);
  }

  private Report report(Table shell, Table tunnel, String rss) {
    return new Report(
        "remote",
        "Shells and tunnels",
        "From this client through the WebSocket API, the device's one connection and the real"
            + " agent, and back: a key until the program on the device's terminal has given it"
            + " back, and bytes through a tunnel in one direction at a time.",
        run.command(),
        List.of(shell, tunnel),
        List.of(rss));
  }

  private Table shell(Opener opener) {
    ObjectNode arguments = Api.JSON.createObjectNode().put("columns", 80).put("rows", 24);
    try (ChannelClient shell = opener.open("shell", arguments)) {
      shell.send(ECHO.getBytes(StandardCharsets.UTF_8));
      awaitQuiet(shell);
      Latencies _ = Repeat.inTurn(keystrokes, _ -> type(shell));
      Latencies measured = Repeat.inTurn(keystrokes, _ -> type(shell));
      return new Table(
          "A key's way to a program in a shell and back",
          List.of("keys", "p50 ms", "p99 ms", "max ms"),
          List.of(
              List.of(
                  Table.Cell.of(measured.count()),
                  Table.Cell.of(measured.millis(50), 2),
                  Table.Cell.of(measured.millis(99), 2),
                  Table.Cell.of(measured.maxMillis(), 2))));
    }
  }

  private static void type(ChannelClient shell) {
    long before = shell.received();
    shell.send(new byte[] {'k'});
    long deadline = System.nanoTime() + LONGEST_ECHO.toNanos();
    while (shell.received() == before) {
      if (System.nanoTime() > deadline) {
        throw new BenchException("a key did not come back");
      }
      LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(20));
    }
  }

  /** Until the shell has said what it says at its start. */
  private static void awaitQuiet(ChannelClient shell) {
    long deadline = System.nanoTime() + LONGEST_ECHO.toNanos();
    long last = -1;
    while (shell.received() != last || last == 0) {
      if (System.nanoTime() > deadline) {
        throw new BenchException("the shell does not come to rest");
      }
      last = shell.received();
      LockSupport.parkNanos(QUIET.toNanos());
    }
  }

  private Table tunnel(Opener opener, ServerSocket far) throws IOException {
    ObjectNode target =
        Api.JSON.createObjectNode().put("host", "127.0.0.1").put("port", far.getLocalPort());
    List<List<Table.Cell>> rows = new ArrayList<>();
    try (ChannelClient tunnel = opener.open("tunnel", target);
        Socket end = far.accept()) {
      Thread.ofPlatform().name("pour").daemon().start(() -> pour(end));
      rows.add(row("from the device", tunnel::received));
    }
    try (ChannelClient tunnel = opener.open("tunnel", target);
        Socket end = far.accept()) {
      AtomicLong taken = new AtomicLong();
      Thread.ofPlatform().name("drain").daemon().start(() -> drain(end, taken));
      Thread.ofPlatform().name("send").daemon().start(() -> send(tunnel));
      rows.add(row("to the device", taken::get));
    }
    return new Table("One connection through a tunnel", List.of("direction", "MB/s"), rows);
  }

  private List<Table.Cell> row(String direction, LongSupplier bytes) {
    LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(warmup));
    long began = System.nanoTime();
    long before = bytes.getAsLong();
    LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(seconds));
    double moved = bytes.getAsLong() - before;
    double perSecond = moved / 1e6 / ((System.nanoTime() - began) / 1e9);
    if (moved == 0) {
      throw new BenchException("nothing comes through the tunnel " + direction);
    }
    return List.of(Table.Cell.of(direction), Table.Cell.of(perSecond, 0));
  }

  private static void pour(Socket end) {
    byte[] piece = new byte[PIECE];
    try (OutputStream out = end.getOutputStream()) {
      while (true) {
        out.write(piece);
      }
    } catch (IOException e) {
      // The measurement is over.
    }
  }

  private static void drain(Socket end, AtomicLong taken) {
    byte[] piece = new byte[PIECE];
    try (InputStream in = end.getInputStream()) {
      for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
        taken.addAndGet(n);
      }
    } catch (IOException e) {
      // The measurement is over.
    }
  }

  private static void send(ChannelClient tunnel) {
    byte[] piece = new byte[PIECE];
    try {
      while (tunnel.send(piece)) {
        // until the connection is closed
      }
    } catch (BenchException e) {
      // The measurement is over, or its figure says that nothing moved.
    }
  }
}
