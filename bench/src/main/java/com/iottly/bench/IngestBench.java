package com.iottly.bench;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
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
      defaultValue = "16",
      description = "Unacknowledged messages per connection. Default: ${DEFAULT-VALUE}")
  private int inflight;

  @Option(
      names = "--batch",
      defaultValue = "1",
      description =
          "Messages per frame; 1 is the worst case, a real agent sends what has gathered. Default:"
              + " ${DEFAULT-VALUE}")
  private int batch;

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

  /** One system under the same load. */
  private static final class Candidate {
    final String name;
    final InetSocketAddress address;
    final long pid;
    final Supplier<List<Peer>> peers;
    final List<Double> rates = new ArrayList<>();
    final Latencies latencies = new Latencies();
    Duration cpu = Duration.ZERO;
    Duration generatorCpu = Duration.ZERO;
    long acked;
    long rss;

    Candidate(String name, InetSocketAddress address, long pid, Supplier<List<Peer>> peers) {
      this.name = name;
      this.address = address;
      this.pid = pid;
      this.peers = peers;
    }

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
    run.require("--batch", batch, 1, inflight);
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
      for (int round = 0; round < rounds; round++) {
        for (Candidate candidate : candidates) {
          run(candidate, round == 0 ? Duration.ofSeconds(warmup) : LATER_WARM_UP);
        }
      }
      return report(candidates, notes);
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
        () -> Peers.links(devices, Load.closedLoop(inflight), batch, size));
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
    Supplier<List<Peer>> publishers =
        () -> Peers.publishers(connections, Load.closedLoop(inflight), size);
    candidates.add(
        new Candidate("Mosquitto, QoS 1", mosquitto.address(), mosquitto.pid(), publishers));
    notes.add(
        "Mosquitto acknowledges what is in its memory; Iottly acknowledges what is on disk. Each"
            + " PUBLISH carries one message.");
  }

  private void run(Candidate candidate, Duration unmeasured) {
    System.err.println(candidate.name + ": " + unmeasured.toSeconds() + " s + " + seconds + " s");
    try (LoadEngine engine = LoadEngine.start(candidate.peers.get(), candidate.address, 0)) {
      engine.awaitLive(CONNECT_LIMIT);
      engine.go();
      engine.warmUp(unmeasured);
      long self = ProcessHandle.current().pid();
      Duration cpuBefore = ProcessFacts.cpu(candidate.pid);
      Duration selfBefore = ProcessFacts.cpu(self);
      Measured measured = engine.measure(Duration.ofSeconds(seconds));
      candidate.cpu = candidate.cpu.plus(ProcessFacts.cpu(candidate.pid)).minus(cpuBefore);
      candidate.generatorCpu =
          candidate.generatorCpu.plus(ProcessFacts.cpu(self)).minus(selfBefore);
      candidate.acked += measured.acked();
      candidate.rates.add(measured.perSecond());
      candidate.latencies.add(measured.latencies());
      candidate.rss = Math.max(candidate.rss, ProcessFacts.rss(candidate.pid));
    }
  }

  private Report report(List<Candidate> candidates, List<String> notes) {
    double ours = candidates.getFirst().rate();
    List<List<Table.Cell>> rows = new ArrayList<>();
    for (Candidate candidate : candidates) {
      rows.add(
          List.of(
              Table.Cell.of(candidate.name),
              Table.Cell.of(candidate.rate(), 0),
              Table.Cell.of(candidate.latencies.millis(50), 1),
              Table.Cell.of(candidate.latencies.millis(99), 1),
              Table.Cell.of(candidate.micros(candidate.cpu), 1),
              Table.Cell.of(candidate.micros(candidate.generatorCpu), 1),
              Table.Cell.of(candidate.rss / 1e6, 0),
              Table.Cell.of(ours / candidate.rate(), 2)));
    }
    Table table =
        new Table(
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
    return new Report(
        "ingest",
        "Ingest",
        "How many messages per second are acknowledged, which Iottly does once they are synced to"
            + " disk. Every connection keeps its window full; the systems take turns in each of "
            + rounds
            + " rounds, the rate is the median.",
        run.command(),
        List.of(table),
        notes);
  }
}
