package com.iottly.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.IntConsumer;
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
      "Simulated devices answer at once, so this is what the platform adds; then the real agent"
          + " follows, when it is built.",
      ""
    })
final class CommandsBench implements Callable<Integer> {

  private static final int WAIT_SECONDS = 10;
  private static final int WINDOW = 256;

  /** How many commands a server that has just started is judged by. */
  private static final int FIRST = 500;

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

  @Option(
      names = "--warmup",
      defaultValue = "10000",
      description =
          "Commands before the measured ones, so that the server's code is compiled; the first of"
              + " them have a row of their own. Default: ${DEFAULT-VALUE}")
  private int warmup;

  @Override
  public Integer call() {
    run.require("--warmup", warmup, 1, 100_000);
    run.require("--devices", devices, 1, 1000);
    run.require("--count", count, 1, 100_000);
    run.require("--rate", rate, 1, 5_000);
    run.require("--seconds", seconds, 1, 600);
    return run.run(this::measure);
  }

  private Report measure(Workspace workspace) {
    List<List<Table.Cell>> rows = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    try (ServerProcess server = ServerProcess.start(run.server(), workspace.in("server"))) {
      Provisioning.Fleet fleet = Provisioning.fleet(server, devices, null);
      List<Peer> peers = Peers.links(fleet.devices(), Load.none(WINDOW), 1, BatchTemplate.MIN_SIZE);
      try (Api api = new Api(server.url(), fleet.key(), null);
          LoadEngine engine = LoadEngine.start(peers, server.address(), 0)) {
        engine.awaitLive(Duration.ofSeconds(60));
        List<String> ids = fleet.devices().stream().map(Device::id).toList();
        rows.add(warmUp(api, fleet.project(), ids));
        measure("", api, fleet.project(), ids, rows);
        withAgent(workspace, server, api, fleet, rows, notes);
      }
    }
    Table table =
        new Table(
            "%,d simulated devices that take turns, then one real agent".formatted(devices),
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
        notes);
  }

  private void withAgent(
      Workspace workspace,
      ServerProcess server,
      Api api,
      Provisioning.Fleet fleet,
      List<List<Table.Cell>> rows,
      List<String> notes) {
    Path lib = ServerCommand.root().resolve("agent/target/lib");
    try (AgentProcess agent =
        AgentProcess.start(lib, workspace.in("agent"), server, api, fleet.project(), fleet.key())) {
      measure("the real agent, ", api, fleet.project(), List.of(agent.device()), rows);
      notes.add("The real agent's RSS afterwards: %,.0f MB.".formatted(agent.rss() / 1e6));
    } catch (BenchException e) {
      notes.add("The real agent was left out: " + BenchException.summary(e));
    }
  }

  private List<Table.Cell> warmUp(Api api, String project, List<String> ids) {
    IntConsumer echo = i -> echo(api, project, ids.get(i % ids.size()));
    int first = Math.min(warmup, FIRST);
    List<Table.Cell> cold = row("the first after the server's start", Repeat.inTurn(first, echo));
    Latencies _ = Repeat.inTurn(warmup - first, echo);
    return cold;
  }

  private void measure(
      String whom, Api api, String project, List<String> ids, List<List<Table.Cell>> rows) {
    IntConsumer echo = i -> echo(api, project, ids.get(i % ids.size()));
    rows.add(row(whom + "one after the other", Repeat.inTurn(count, echo)));
    Latencies atRate = Repeat.atRate(rate, Duration.ofSeconds(seconds), echo);
    rows.add(row("%s%,d per second".formatted(whom, rate), atRate));
  }

  private static void echo(Api api, String project, String device) {
    String state = api.echo(project, device, WAIT_SECONDS);
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
