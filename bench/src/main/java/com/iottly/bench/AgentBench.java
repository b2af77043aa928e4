package com.iottly.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the packaged agent costs a device. */
@Command(
    name = "agent",
    mixinStandardHelpOptions = true,
    description = {
      "What the packaged agent costs a device: disk, memory, processor, bytes on the wire.",
      "",
      "Measures what './iottly package' made last, connected over TLS.",
      ""
    })
final class AgentBench implements Callable<Integer> {

  @Mixin private final RunOptions run = new RunOptions();

  @Option(
      names = "--packages",
      paramLabel = "DIR",
      defaultValue = "${sys:iottly.root:-.}/packaging/target",
      description = "Where './iottly package' works. Default: ${DEFAULT-VALUE}")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path packages;

  @Option(
      names = "--starts",
      defaultValue = "10",
      description = "How often it is started. Default: ${DEFAULT-VALUE}")
  private int starts;

  @Option(
      names = "--seconds",
      defaultValue = "60",
      description =
          "How long it is connected before its memory is measured, and over which its processor"
              + " time is. Default: ${DEFAULT-VALUE}")
  private int seconds;

  @Override
  public Integer call() {
    run.require("--starts", starts, 1, 100);
    run.require("--seconds", seconds, 5, 3600);
    return run.run(this::measure);
  }

  private Report measure(Workspace workspace) {
    Path home = packages.resolve("work/iottly.com-agent");
    List<List<Table.Cell>> rows = new ArrayList<>();
    disk(home, rows);
    SelfSigned tls = SelfSigned.make(workspace.in("tls"));
    try (ServerProcess server =
            ServerProcess.start(
                run.server(), workspace.in("server"), ServerCommand.Store.DURABLE, tls, false);
        CountingRelay relay = new CountingRelay(server.address())) {
      Provisioning.Fleet fleet = Provisioning.fleet(server, 0, tls);
      PackagedAgent agent =
          new PackagedAgent(home, workspace.in("agent"), tls.files().certificate());
      agent.provision(server.url(), fleet.project(), fleet.key());
      starts(agent, rows);
      idle(agent, rows);
      wire(agent.with("IOTTLY_CONNECTION_ENDPOINT", endpoint(relay)), relay, rows);
    }
    return report(rows);
  }

  private void disk(Path home, List<List<Table.Cell>> rows) {
    rows.add(row("runtime on disk", size(home.resolve("runtime")) / 1e6, 1, "MB", "≤ 45"));
    double cache = size(home.resolve("iottly-agent.aot")) / 1e6;
    rows.add(
        row(
            "runtime and AOT cache on disk",
            size(home.resolve("runtime")) / 1e6 + cache,
            1,
            "MB",
            "≤ 65"));
    rows.add(row("the whole agent on disk", size(home) / 1e6, 1, "MB", ""));
    for (Path file : files(packages.resolve("packages"))) {
      String name = file.toString();
      if (name.endsWith(".deb") || name.endsWith(".tar.xz")) {
        String form = name.substring(name.lastIndexOf('.') + 1).replace("xz", "tar.xz");
        rows.add(row("download, ." + form, size(file) / 1e6, 1, "MB", "≤ 25"));
      }
    }
  }

  private static List<Path> files(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new BenchException("no packages in " + directory + "; run ./iottly package", e);
    }
  }

  private static long size(Path tree) {
    try (Stream<Path> files = Files.walk(tree)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    } catch (IOException e) {
      throw new BenchException("can't read " + tree + "; run ./iottly package", e);
    }
  }

  private void starts(PackagedAgent agent, List<List<Table.Cell>> rows) {
    List<Double> took = new ArrayList<>();
    for (int i = 0; i < starts; i++) {
      long began = System.nanoTime();
      try (Child child = agent.start()) {
        agent.awaitConnected(child);
        took.add((System.nanoTime() - began) / 1e6);
      }
    }
    took.sort(null);
    rows.add(row("start to connected over TLS, p50", took.get(starts / 2), 0, "ms", "≤ 500"));
    rows.add(row("start to connected over TLS, max", took.getLast(), 0, "ms", ""));
  }

  private void idle(PackagedAgent agent, List<List<Table.Cell>> rows) {
    try (Child child = agent.start()) {
      agent.awaitConnected(child);
      RunOptions.rest(Duration.ofSeconds(5));
      Duration before = ProcessFacts.cpu(child.pid());
      RunOptions.rest(Duration.ofSeconds(seconds));
      Duration used = ProcessFacts.cpu(child.pid()).minus(before);
      rows.add(row("resident memory", ProcessFacts.rss(child.pid()) / 1e6, 1, "MB", "≤ 60"));
      rows.add(row("of it anonymous", ProcessFacts.anonymous(child.pid()) / 1e6, 1, "MB", "≤ 28"));
      double percent = used.toMillis() / 10.0 / seconds;
      rows.add(row("processor time while idle", percent, 2, "% of a core", "≤ 0.2"));
    }
  }

  /** A sample a second, each sent by itself, so that pings and the rest hardly count. */
  private void wire(PackagedAgent agent, CountingRelay relay, List<List<Table.Cell>> rows) {
    agent.with("IOTTLY_TELEMETRY_INTERVAL", "1").with("IOTTLY_TELEMETRY_FLUSH_INTERVAL_MS", "0");
    try (Child child = agent.start()) {
      agent.awaitConnected(child);
      RunOptions.rest(Duration.ofSeconds(2));
      long first = acknowledged(agent);
      long up = relay.up();
      long down = relay.down();
      RunOptions.rest(Duration.ofSeconds(20));
      double samples = acknowledged(agent) - first;
      rows.add(row("sent per telemetry sample", (relay.up() - up) / samples, 0, "bytes", ""));
      rows.add(
          row("received per telemetry sample", (relay.down() - down) / samples, 0, "bytes", ""));
    }
  }

  private static long acknowledged(PackagedAgent agent) {
    try {
      return Api.JSON.readTree(agent.status()).path("spool_acknowledged").asLong();
    } catch (JsonProcessingException e) {
      throw new BenchException("iottly-agent status printed no JSON", e);
    }
  }

  private static String endpoint(CountingRelay relay) {
    return "wss://127.0.0.1:" + relay.port() + "/ws";
  }

  private static List<Table.Cell> row(
      String name, double value, int decimals, String unit, String aim) {
    return List.of(
        Table.Cell.of(name),
        Table.Cell.of(value, decimals),
        Table.Cell.of(unit),
        Table.Cell.of(aim));
  }

  private Report report(List<List<Table.Cell>> rows) {
    Table table =
        new Table(
            "The packaged agent, connected over TLS, telemetry on, idle for %d s"
                .formatted(seconds),
            List.of("figure", "value", "unit", "aim"),
            rows);
    return new Report(
        "agent",
        "The agent's footprint",
        "What `./iottly package` made, as a device runs it: jlink's runtime, AOT cache, its flags."
            + " Sizes are sums of file lengths. A MB is a million bytes.",
        run.command(),
        List.of(table),
        List.of(
            "A telemetry sample is one message in one frame here; on the wire counts what TLS makes"
                + " of it and the acknowledgement, without TCP's and IP's headers.",
            "The starts found the files in the page cache."));
  }
}
