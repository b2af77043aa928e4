package com.iottly.bench;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How many messages per second become durable, and what each of them costs. */
@Command(
    name = "ingest",
    mixinStandardHelpOptions = true,
    description = {
      "How many messages per second become durable, and what each costs.",
      "",
      "Each connection keeps a number of messages in flight and sends the next as soon as the server"
          + " acknowledges one. The same load goes, in turns, to the server, to the server without a"
          + " store (what sockets and decoding alone allow), and to Mosquitto at QoS 1.",
      ""
    })
final class IngestBench implements Callable<Integer> {

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(60);
  private static final Duration LATER_WARM_UP = Duration.ofSeconds(2);

  @Mixin private final RunOptions run = new RunOptions();

  @Option(names = "--connections", defaultValue = "200", description = "Default: ${DEFAULT-VALUE}")
  private int connections;

  @Option(
      names = "--inflight",
      defaultValue = "32",
      description = "Unacknowledged messages per connection. Default: ${DEFAULT-VALUE}")
  private int inflight;

  @Option(
      names = "--batch",
      split = ",",
      defaultValue = "16,1",
      description =
          "Messages per frame, one table each; a real agent sends what has gathered, 1 is the worst"
              + " case. Default: ${DEFAULT-VALUE}")
  private List<Integer> batches = List.of();

  @Option(
      names = "--size",
      defaultValue = "200",
      description = "Bytes of a payload. Default: ${DEFAULT-VALUE}")
  private int size;

  @Option(
      names = "--seconds",
      defaultValue = "10",
      description = "How long each system is measured in each round. Default: ${DEFAULT-VALUE}")
  private int seconds;

  @Option(
      names = "--warmup",
      defaultValue = "10",
      description = "Seconds of load before the first measurement. Default: ${DEFAULT-VALUE}")
  private int warmup;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "Rounds over all systems; the rate is their median. Default: ${DEFAULT-VALUE}")
  private int rounds;

  @Option(names = "--no-ceiling", description = "Leave out the server without a store.")
  private boolean noCeiling;

  @Option(names = "--no-mosquitto", description = "Leave out Mosquitto.")
  private boolean noMosquitto;

  /** A system, and what sends it messages, so many to a frame. */
  private record Candidate(
      String name, InetSocketAddress address, long pid, IntFunction<List<Peer>> peers) {}

  /** One system under one load. */
  private static final class Figures {
    final List<Double> rates = new ArrayList<>();
    final Latencies latencies = new Latencies();
    Duration cpu = Duration.ZERO;
    Duration generatorCpu = Duration.ZERO;
    long acked;
    long rss;

    double micros(Duration spent) {
      return spent.toNanos() / 1e3 / Math.max(1, acked);
    }

    double rate() {
      return rates.stream().sorted().toList().get(rates.size() / 2);
    }
  }

  @Override
  public Integer call() {
    run.require("--connections", connections, 1, 20_000);
    run.require("--inflight", inflight, 1, 4096);
    for (int batch : batches) {
      run.require("--batch", batch, 1, inflight);
    }
    run.require("--size", size, BatchTemplate.MIN_SIZE, 16_000);
    run.require("--seconds", seconds, 1, 600);
    run.require("--warmup", warmup, 0, 600);
    run.require("--rounds", rounds, 1, 20);
    ProcessFacts.requireOpenFiles(connections);
    return run.run(this::measure);
  }

  private Report measure(Workspace workspace) {
    List<AutoCloseable> systems = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    try {
      List<Candidate> candidates = new ArrayList<>();
      candidates.add(iottly("Iottly", ServerCommand.Store.DURABLE, workspace, systems));
      addCeiling(workspace, systems, candidates, notes);
      addMosquitto(workspace, systems, candidates, notes);
      List<Table> tables = new ArrayList<>();
      for (int batch : batches) {
        tables.add(table(batch, figures(batch, candidates)));
      }
      return report(tables, notes);
    } finally {
      Closing.all(systems);
    }
  }

  private Candidate iottly(
      String name, ServerCommand.Store store, Workspace workspace, List<AutoCloseable> systems) {
    Path directory = workspace.in("server-" + store.name().toLowerCase(Locale.ROOT));
    ServerProcess server = ServerProcess.start(run.server(), directory, store, null, false);
    systems.add(server);
    List<Device> devices = Provisioning.fleet(server, connections, null).devices();
    return new Candidate(
        name,
        server.address(),
        server.pid(),
        batch -> Peers.links(devices, Load.closedLoop(inflight), batch, size));
  }

  private void addCeiling(
      Workspace workspace,
      List<AutoCloseable> systems,
      List<Candidate> candidates,
      List<String> notes) {
    if (noCeiling) {
      return;
    }
    try {
      candidates.add(
          iottly("Iottly without a store", ServerCommand.Store.NONE, workspace, systems));
    } catch (BenchException e) {
      notes.add("The server without a store was left out: " + BenchException.summary(e));
    }
  }

  private void addMosquitto(
      Workspace workspace,
      List<AutoCloseable> systems,
      List<Candidate> candidates,
      List<String> notes) {
    if (noMosquitto) {
      return;
    }
    Optional<Path> executable = Mosquitto.find();
    if (executable.isEmpty()) {
      notes.add("Mosquitto was left out: it is not installed ('apt-get install mosquitto').");
      return;
    }
    Mosquitto mosquitto = Mosquitto.start(executable.get(), workspace.in("mosquitto"));
    systems.add(mosquitto);
    candidates.add(
        new Candidate(
            "Mosquitto, QoS 1",
            mosquitto.address(),
            mosquitto.pid(),
            _ -> Peers.publishers(connections, Load.closedLoop(inflight), size)));
    notes.add(
        "Mosquitto acknowledges what is in its memory; Iottly acknowledges what is on disk. Each"
            + " PUBLISH carries one message.");
  }

  private Map<Candidate, Figures> figures(int batch, List<Candidate> candidates) {
    Map<Candidate, Figures> all = new LinkedHashMap<>();
    for (int round = 0; round < rounds; round++) {
      for (Candidate candidate : candidates) {
        Duration unmeasured = round == 0 ? Duration.ofSeconds(warmup) : LATER_WARM_UP;
        run(candidate, batch, unmeasured, all.computeIfAbsent(candidate, _ -> new Figures()));
      }
    }
    return all;
  }

  private void run(Candidate candidate, int batch, Duration unmeasured, Figures figures) {
    System.err.println(candidate.name + ": " + unmeasured.toSeconds() + " s + " + seconds + " s");
    try (LoadEngine engine = LoadEngine.start(candidate.peers.apply(batch), candidate.address, 0)) {
      engine.awaitLive(CONNECT_LIMIT);
      engine.go();
      engine.warmUp(unmeasured);
      long self = ProcessHandle.current().pid();
      Duration cpuBefore = ProcessFacts.cpu(candidate.pid);
      Duration selfBefore = ProcessFacts.cpu(self);
      Measured measured = engine.measure(Duration.ofSeconds(seconds));
      figures.cpu = figures.cpu.plus(ProcessFacts.cpu(candidate.pid)).minus(cpuBefore);
      figures.generatorCpu = figures.generatorCpu.plus(ProcessFacts.cpu(self)).minus(selfBefore);
      figures.acked += measured.acked();
      figures.rates.add(measured.perSecond());
      figures.latencies.add(measured.latencies());
      figures.rss = Math.max(figures.rss, ProcessFacts.rss(candidate.pid));
    }
  }

  private Table table(int batch, Map<Candidate, Figures> all) {
    double ours = all.values().iterator().next().rate();
    List<List<Table.Cell>> rows = new ArrayList<>();
    all.forEach((candidate, figures) ->
        rows.add(
            List.of(
                Table.Cell.of(candidate.name),
                Table.Cell.of(figures.rate(), 0),
                Table.Cell.of(figures.latencies.millis(50), 1),
                Table.Cell.of(figures.latencies.millis(99), 1),
                Table.Cell.of(figures.micros(figures.cpu), 1),
                Table.Cell.of(figures.micros(figures.generatorCpu), 1),
                Table.Cell.of(figures.rss / 1e6, 0),
                Table.Cell.of(ours / figures.rate(), 2))));
    return new Table(
        "%,d connections × %,d in flight, payloads of %,d bytes, %,d to a frame"
            .formatted(connections, inflight, size, batch),
        List.of(
            "system",
            "acked msg/s",
            "ack p50 ms",
            "ack p99 ms",
            "server CPU µs/msg",
            "generator CPU µs/msg",
            "server RSS MB",
            "Iottly's rate is × this"),
        rows);
  }

  private Report report(List<Table> tables, List<String> notes) {
    return new Report(
        "ingest",
        "Ingest",
        "How many messages per second are acknowledged, which Iottly does once they are synced to"
            + " disk. Every connection keeps its window full; the systems take turns in each of "
            + rounds
            + " rounds, the rate is the median.",
        run.command(),
        tables,
        notes);
  }
}
