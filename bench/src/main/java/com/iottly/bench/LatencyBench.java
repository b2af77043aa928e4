package com.iottly.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How long a message takes to be durable when the server is not at its limit. */
@Command(
    name = "latency",
    mixinStandardHelpOptions = true,
    description = {
      "How long a message takes to be durable at a fixed rate.",
      "",
      "An open loop: each message is due at a time fixed before the run, and its latency counts from"
          + " then to its acknowledgement, whoever was late.",
      ""
    })
final class LatencyBench implements Callable<Integer> {

  private static final int WINDOW = 1024;

  @Mixin private final RunOptions run = new RunOptions();

  @Option(
      names = "--rate",
      split = ",",
      defaultValue = "1000",
      description = "Messages per second; several with commas. Default: ${DEFAULT-VALUE}")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private List<Integer> rates;

  @Option(names = "--connections", defaultValue = "100", description = "Default: ${DEFAULT-VALUE}")
  private int connections;

  @Option(
      names = "--size",
      defaultValue = "200",
      description = "Bytes of a payload. Default: ${DEFAULT-VALUE}")
  private int size;

  @Option(names = "--seconds", defaultValue = "30", description = "Default: ${DEFAULT-VALUE}")
  private int seconds;

  @Option(
      names = "--warmup",
      defaultValue = "15",
      description = "Seconds of load before the measurement. Default: ${DEFAULT-VALUE}")
  private int warmup;

  @Override
  public Integer call() {
    rates.forEach(rate -> run.require("--rate", rate, 1, 200_000));
    run.require("--connections", connections, 1, 20_000);
    run.require("--size", size, BatchTemplate.MIN_SIZE, 2_000);
    run.require("--seconds", seconds, 1, 600);
    run.require("--warmup", warmup, 0, 600);
    ProcessFacts.requireOpenFiles(connections);
    return run.run(this::measure);
  }

  private Report measure(Workspace workspace) {
    List<List<Table.Cell>> rows = new ArrayList<>();
    try (ServerProcess server = ServerProcess.start(run.server(), workspace.in("server"))) {
      List<Device> devices = Provisioning.fleet(server, connections, null).devices();
      for (int rate : rates) {
        rows.add(row(server, devices, rate));
      }
    }
    Table table =
        new Table(
            "%,d connections, payloads of %,d bytes".formatted(connections, size),
            List.of(
                "offered msg/s",
                "acked msg/s",
                "p50 ms",
                "p99 ms",
                "p99.9 ms",
                "max ms",
                "server CPU %"),
            rows);
    return new Report(
        "latency",
        "Latency",
        "From the moment a message is due to its acknowledgement, which comes after the sync to"
            + " disk, at a fixed rate (open loop, free of coordinated omission).",
        run.command(),
        List.of(table),
        List.of());
  }

  private List<Table.Cell> row(ServerProcess server, List<Device> devices, int rate) {
    List<Peer> peers = Peers.links(devices, Load.openLoop(WINDOW, rate), 1, size);
    try (LoadEngine engine = LoadEngine.start(peers, server.address(), rate)) {
      engine.awaitLive(Duration.ofSeconds(60));
      engine.go();
      engine.warmUp(Duration.ofSeconds(warmup));
      Duration before = server.cpu();
      Measured measured = engine.measure(Duration.ofSeconds(seconds));
      double cpu = 100.0 * server.cpu().minus(before).toNanos() / measured.span().toNanos();
      Latencies latencies = measured.latencies();
      return List.of(
          Table.Cell.of(rate, 0),
          Table.Cell.of(measured.perSecond(), 0),
          Table.Cell.of(latencies.millis(50), 2),
          Table.Cell.of(latencies.millis(99), 2),
          Table.Cell.of(latencies.millis(99.9), 2),
          Table.Cell.of(latencies.maxMillis(), 2),
          Table.Cell.of(cpu, 0));
    }
  }
}
