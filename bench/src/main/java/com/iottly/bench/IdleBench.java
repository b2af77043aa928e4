package com.iottly.bench;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a connected device costs while nothing happens. */
@Command(
    name = "idle",
    mixinStandardHelpOptions = true,
    description = {
      "What a connected device costs while nothing happens.",
      "",
      "Opens many connections with full TLS handshakes as fast as both ends can, then leaves them"
          + " alone but for their heartbeats.",
      ""
    })
final class IdleBench implements Callable<Integer> {

  private static final Duration SETTLE = Duration.ofSeconds(5);

  @Mixin private final RunOptions run = new RunOptions();

  @Option(names = "--connections", defaultValue = "5000", description = "Default: ${DEFAULT-VALUE}")
  private int connections;

  @Option(names = "--plain", description = "Without TLS.")
  private boolean plain;

  @Option(
      names = "--heartbeat",
      defaultValue = "30",
      description = "Seconds between a device's pings. Default: ${DEFAULT-VALUE}")
  private int heartbeat;

  @Option(
      names = "--seconds",
      defaultValue = "30",
      description = "How long the idle CPU time is measured. Default: ${DEFAULT-VALUE}")
  private int seconds;

  @Override
  public Integer call() {
    run.require("--connections", connections, 1, 20_000);
    run.require("--heartbeat", heartbeat, 1, 3600);
    run.require("--seconds", seconds, 1, 600);
    ProcessFacts.requireOpenFiles(connections);
    return run.run(this::measure);
  }

  private Report measure(Workspace workspace) {
    SelfSigned tls = plain ? null : SelfSigned.make(workspace.in("tls"));
    try (ServerProcess server =
        ServerProcess.start(
            run.server(), workspace.in("server"), ServerCommand.Store.DURABLE, tls, true)) {
      List<Device> devices = Provisioning.fleet(server, connections, tls).devices();
      warmUp(server, devices, tls);
      server.collectGarbage();
      RunOptions.rest(SETTLE);
      long rssBefore = server.rss();
      Duration cpuBefore = server.cpu();
      try (IdleLinks links = links(server, devices, tls)) {
        Duration took = links.connect(Duration.ofMinutes(10));
        Duration handshakes = server.cpu().minus(cpuBefore);
        RunOptions.rest(SETTLE);
        long rssAfter = server.rss();
        server.collectGarbage();
        RunOptions.rest(SETTLE);
        long rssCollected = server.rss();
        Duration idleBefore = server.cpu();
        RunOptions.rest(Duration.ofSeconds(seconds));
        Duration idle = server.cpu().minus(idleBefore);
        links.requireAll();
        return report(rssBefore, rssAfter, rssCollected, took, handshakes, idle);
      }
    }
  }

  /** A few connections first: what the first ones cost is the JVM's start, not theirs. */
  private void warmUp(ServerProcess server, List<Device> devices, @Nullable SelfSigned tls) {
    List<Device> few = devices.subList(0, Math.min(devices.size(), 200));
    try (IdleLinks links = links(server, few, tls)) {
      Duration _ = links.connect(Duration.ofMinutes(2));
    }
  }

  private IdleLinks links(ServerProcess server, List<Device> devices, @Nullable SelfSigned tls) {
    return new IdleLinks(devices, server.address(), tls != null, heartbeat);
  }

  private Report report(
      long before, long after, long collected, Duration took, Duration handshakes, Duration idle) {
    Table table =
        new Table(
            "%,d idle connections%s, a ping each %d s"
                .formatted(connections, plain ? " without TLS" : " over TLS", heartbeat),
            List.of("figure", "value", "unit"),
            List.of(
                row("handshakes, both ends on this machine", rate(connections, took), 0, "per s"),
                row("server CPU per handshake", millis(handshakes) / connections, 2, "ms"),
                row("server RSS before", before / 1e6, 0, "MB"),
                row("server RSS with all connected", after / 1e6, 0, "MB"),
                row("the same after a garbage collection", collected / 1e6, 0, "MB"),
                row("RSS per connection", (after - before) / 1e3 / connections, 1, "KB"),
                row(
                    "the same after a garbage collection",
                    (collected - before) / 1e3 / connections,
                    1,
                    "KB"),
                row("server CPU while idle", millis(idle) / 10 / seconds, 1, "% of a core")));
    return new Report(
        "idle",
        "Idle connections",
        "What devices cost that are connected and silent but for their heartbeats. RSS is the"
            + " server's resident memory, before (after a garbage collection and with the same code"
            + " already run) and with all of them connected.",
        run.command(),
        List.of(table),
        List.of(
            "The server's own limit on handshakes per second was lifted for this bench; it is 500 by"
                + " default."));
  }

  private static double rate(int count, Duration took) {
    return count / (took.toNanos() / 1e9);
  }

  private static double millis(Duration duration) {
    return duration.toNanos() / 1e6;
  }

  private static List<Table.Cell> row(String name, double value, int decimals, String unit) {
    return List.of(Table.Cell.of(name), Table.Cell.of(value, decimals), Table.Cell.of(unit));
  }
}
