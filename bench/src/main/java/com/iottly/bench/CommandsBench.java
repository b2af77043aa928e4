package com.iottly.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How long a command takes to the device and back. */
@Command(
    name = "commands",
    mixinStandardHelpOptions = true,
    description = {
      "How long a command takes: HTTP call, journal, device, answer, journal, HTTP answer.",
      "",
      "Simulated devices answer at once, so this is what the platform adds.",
      ""
    })
final class CommandsBench implements Callable<Integer> {

  private static final int WAIT_SECONDS = 10;
  private static final int WINDOW = 256;

  @Mixin private final RunOptions run = new RunOptions();

  @Option(
      names = "--devices",
      defaultValue = "10",
      description = "Connected devices that take turns. Default: ${DEFAULT-VALUE}")
  private int devices;

  @Option(
      names = "--count",
      defaultValue = "1000",
      description = "Commands sent one after the other. Default: ${DEFAULT-VALUE}")
  private int count;

  @Option(
      names = "--rate",
      defaultValue = "50",
      description = "Commands per second in the second row. Default: ${DEFAULT-VALUE}")
  private int rate;

  @Option(
      names = "--seconds",
      defaultValue = "20",
      description = "How long that row takes. Default: ${DEFAULT-VALUE}")
  private int seconds;

  @Override
  public Integer call() {
    run.require("--devices", devices, 1, 1000);
    run.require("--count", count, 1, 100_000);
    run.require("--rate", rate, 1, 5_000);
    run.require("--seconds", seconds, 1, 600);
    return run.run(this::measure);
  }

  private Report measure(Workspace workspace) {
    List<List<Table.Cell>> rows = new ArrayList<>();
    try (ServerProcess server = ServerProcess.start(run.server(), workspace.in("server"))) {
      Provisioning.Fleet fleet = Provisioning.fleet(server, devices, null);
      List<Peer> peers = Peers.links(fleet.devices(), Load.none(WINDOW), 1, BatchTemplate.MIN_SIZE);
      try (Api api = new Api(server.url(), fleet.key(), null);
          LoadEngine engine = LoadEngine.start(peers, server.address(), 0)) {
        engine.awaitLive(Duration.ofSeconds(60));
        Latencies _ = Repeat.inTurn(Math.min(count, 500), i -> echo(api, fleet, i));
        rows.add(row("one after the other", Repeat.inTurn(count, i -> echo(api, fleet, i))));
        Duration span = Duration.ofSeconds(seconds);
        rows.add(
            row(
                "%,d per second".formatted(rate),
                Repeat.atRate(rate, span, i -> echo(api, fleet, i))));
      }
    }
    Table table =
        new Table(
            "%,d simulated devices".formatted(devices),
            List.of("commands", "count", "p50 ms", "p99 ms", "max ms"),
            rows);
    return new Report(
        "commands",
        "Commands",
        "POST …/command?wait="
            + WAIT_SECONDS
            + " until the device's `succeeded`. The device answers `delivered` and `succeeded` at"
            + " once; command and answers are synced to disk on the way.",
        run.command(),
        List.of(table),
        List.of());
  }

  private static void echo(Api api, Provisioning.Fleet fleet, int number) {
    Device device = fleet.devices().get(number % fleet.devices().size());
    String state = api.echo(fleet.project(), device.id(), WAIT_SECONDS);
    if (!state.equals("succeeded")) {
      throw new BenchException("a command to " + device + " ended as '" + state + "'");
    }
  }

  private static List<Table.Cell> row(String name, Latencies latencies) {
    return List.of(
        Table.Cell.of(name),
        Table.Cell.of(latencies.count()),
        Table.Cell.of(latencies.millis(50), 2),
        Table.Cell.of(latencies.millis(99), 2),
        Table.Cell.of(latencies.maxMillis(), 2));
  }
}
