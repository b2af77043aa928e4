package com.iottly.bench;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How soon many clients of the WebSocket API see what devices send. */
@Command(
    name = "live",
    mixinStandardHelpOptions = true,
    description = {
      "How long a message takes from its device to every client that follows the project.",
      ""
    })
final class LiveBench implements Callable<Integer> {

  private static final int WINDOW = 256;
  private static final int DEVICES = 50;

  @Mixin private final RunOptions run = new RunOptions();

  @Option(
      names = "--clients",
      defaultValue = "100",
      description = "Clients that follow everything. Default: ${DEFAULT-VALUE}")
  private int clients;

  @Option(
      names = "--slow",
      defaultValue = "0",
      description = "Clients beside them that subscribe and never read. Default: ${DEFAULT-VALUE}")
  private int slow;

  @Option(
      names = "--rate",
      defaultValue = "1000",
      description = "Messages per second. Default: ${DEFAULT-VALUE}")
  private int rate;

  @Option(
      names = "--size",
      defaultValue = "200",
      description = "Bytes of a payload. Default: ${DEFAULT-VALUE}")
  private int size;

  @Option(names = "--seconds", defaultValue = "20", description = "Default: ${DEFAULT-VALUE}")
  private int seconds;

  @Option(
      names = "--warmup",
      defaultValue = "15",
      description = "Seconds of load before the measurement. Default: ${DEFAULT-VALUE}")
  private int warmup;

  @Override
  public Integer call() {
    run.require("--clients", clients, 1, 10_000);
    run.require("--slow", slow, 0, 1_000);
    run.require("--rate", rate, 1, 100_000);
    run.require("--size", size, BatchTemplate.MIN_SIZE, 2_000);
    run.require("--seconds", seconds, 1, 600);
    run.require("--warmup", warmup, 0, 600);
    ProcessFacts.requireOpenFiles(clients + slow + DEVICES);
    return run.run(this::measure);
  }

  private Report measure(Workspace workspace) {
    try (ServerProcess server =
        ServerProcess.start(
            run.server(), workspace.in("server"), ServerCommand.Store.DURABLE, null, true)) {
      Provisioning.Fleet fleet = Provisioning.fleet(server, DEVICES, null);
      return report(follow(server, fleet));
    }
  }

  private List<Table.Cell> follow(ServerProcess server, Provisioning.Fleet fleet) {
    List<StreamListener> listeners = new ArrayList<>();
    HttpClient http = HttpClient.newHttpClient();
    try {
      for (int i = 0; i < clients + slow; i++) {
        listeners.add(
            StreamListener.open(http, server.url(), fleet.project(), fleet.key(), i < clients));
      }
      return row(server, fleet, listeners);
    } finally {
      listeners.forEach(StreamListener::close);
      http.shutdownNow();
    }
  }

  private Report report(List<Table.Cell> row) {
    return new Report(
        "live",
        "Live",
        "From the moment a device makes a message to its arrival at each client of the WebSocket"
            + " API, which comes after the sync to disk; to the millisecond.",
        run.command(),
        List.of(
            new Table(
                "%,d devices, payloads of %,d bytes".formatted(DEVICES, size),
                List.of(
                    "clients",
                    "that never read",
                    "msg/s",
                    "events/s",
                    "p50 ms",
                    "p99 ms",
                    "max ms",
                    "told they missed some",
                    "server CPU %",
                    "server RSS MB"),
                List.of(row))),
        List.of());
  }

  private List<Table.Cell> row(
      ServerProcess server, Provisioning.Fleet fleet, List<StreamListener> listeners) {
    List<Peer> peers = Peers.links(fleet.devices(), Load.openLoop(WINDOW, rate), 1, size);
    try (LoadEngine engine = LoadEngine.start(peers, server.address(), rate)) {
      engine.awaitLive(Duration.ofSeconds(60));
      engine.go();
      engine.warmUp(Duration.ofSeconds(warmup));
      Latencies _ = collect(listeners);
      Duration before = server.cpu();
      Measured measured = engine.measure(Duration.ofSeconds(seconds));
      double cpu = 100.0 * server.cpu().minus(before).toNanos() / measured.span().toNanos();
      Latencies latencies = collect(listeners);
      long missed = listeners.stream().mapToLong(StreamListener::missed).sum();
      return List.of(
          Table.Cell.of(clients),
          Table.Cell.of(slow),
          Table.Cell.of(measured.perSecond(), 0),
          Table.Cell.of(latencies.count() * 1e9 / measured.span().toNanos(), 0),
          Table.Cell.of(latencies.millis(50), 0),
          Table.Cell.of(latencies.millis(99), 0),
          Table.Cell.of(latencies.maxMillis(), 0),
          Table.Cell.of(missed),
          Table.Cell.of(cpu, 0),
          Table.Cell.of(server.rss() / 1e6, 0));
    }
  }

  private static Latencies collect(List<StreamListener> listeners) {
    Latencies all = new Latencies();
    listeners.forEach(listener -> all.add(listener.takeLatencies()));
    return all;
  }
}
