package com.iottly.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How fast webhooks deliver, and what a dead endpoint costs the others. */
@Command(
    name = "webhooks",
    mixinStandardHelpOptions = true,
    description = {
      "How fast webhooks deliver, and what a dead endpoint costs devices and the other webhooks.",
      "",
      "First a webhook works off a backlog to an endpoint that takes everything at once, beside a bare"
          + " HTTP client that posts as large a body to it. Then five webhooks follow a steady stream"
          + " of messages: all alive, then one endpoint of five refusing, then one never answering.",
      ""
    })
final class WebhooksBench implements Callable<Integer> {

  private static final int AT_ONCE = 64;
  private static final int WINDOW = 256;
  private static final int HOOKS = 5;
  private static final int CLOSED_PORT = 1;

  /** About what the envelope and the headers' share of a body add to the payload. */
  private static final int ENVELOPE = 220;

  @Mixin private final RunOptions run = new RunOptions();

  @Option(names = "--devices", defaultValue = "200", description = "Default: ${DEFAULT-VALUE}")
  private int devices;

  @Option(
      names = "--backlog",
      defaultValue = "300000",
      description = "Messages that wait for the first webhook. Default: ${DEFAULT-VALUE}")
  private int backlog;

  @Option(
      names = "--rate",
      defaultValue = "2000",
      description =
          "Messages per second for the five webhooks, each of which gets all. Default: ${DEFAULT-VALUE}")
  private int rate;

  @Option(
      names = "--size",
      defaultValue = "200",
      description = "Bytes of a payload. Default: ${DEFAULT-VALUE}")
  private int size;

  @Option(
      names = "--seconds",
      defaultValue = "10",
      description = "How long each row is measured. Default: ${DEFAULT-VALUE}")
  private int seconds;

  @Option(
      names = "--warmup",
      defaultValue = "5",
      description = "Seconds before each of them. Default: ${DEFAULT-VALUE}")
  private int warmup;

  /** One row of the second table. */
  private record Stream(double ingested, List<Double> delivered, double p99) {

    /** What the first four webhooks deliver together. */
    double others() {
      return delivered.subList(0, HOOKS - 1).stream().mapToDouble(Double::doubleValue).sum();
    }
  }

  @Override
  public Integer call() {
    run.require("--devices", devices, 1, 10_000);
    run.require("--backlog", backlog, 1_000, 50_000_000);
    run.require("--rate", rate, 1, 100_000);
    run.require("--size", size, BatchTemplate.MIN_SIZE, 16_000);
    run.require("--seconds", seconds, 1, 600);
    run.require("--warmup", warmup, 0, 600);
    return run.run(this::measure);
  }

  private Report measure(Workspace workspace) {
    try (ServerProcess server = ServerProcess.start(run.server(), workspace.in("server"))) {
      Provisioning.Fleet fleet = Provisioning.fleet(server, devices, null);
      try (Api api = new Api(server.url(), fleet.key(), null)) {
        Table fast = fast(workspace, server, fleet, api);
        return new Report(
            "webhooks",
            "Webhooks",
            "Deliveries per second to endpoints on the same machine, which share its cores with the"
                + " server and the devices; each delivery is signed, in order per device, and logged.",
            run.command(),
            List.of(fast, steady(server, fleet, api)),
            List.of());
      }
    }
  }

  private Table fast(Workspace workspace, ServerProcess server, Provisioning.Fleet fleet, Api api) {
    List<List<Table.Cell>> rows = new ArrayList<>();
    try (Sink sink = new Sink(true)) {
      String hook = api.createWebhook(fleet.project(), sink.port());
      api.webhook(fleet.project(), hook, "pause");
      fill(server, fleet);
      Duration cpu = server.cpu();
      api.webhook(fleet.project(), hook, "resume");
      rows.add(rates("Iottly, working off a backlog", sink, () -> server.cpu().minus(cpu)));
      api.deleteWebhook(fleet.project(), hook);
    }
    try (Sink sink = new Sink(true);
        Child client =
            Child.start(
                "bare client", bareClient(sink.port()), workspace.in("bare").resolve("log"))) {
      rows.add(rates("a bare HTTP client", sink, () -> ProcessFacts.cpu(client.pid())));
    }
    return new Table(
        "One webhook, " + AT_ONCE + " requests at once, payloads of " + size + " bytes",
        List.of("sender", "deliveries/s", "sender's CPU µs each"),
        rows);
  }

  private List<String> bareClient(int port) {
    return List.of(
        ServerCommand.javaExecutable(),
        "-XX:+UseSerialGC",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        System.getProperty("java.class.path"),
        BareClient.class.getName(),
        Integer.toString(port),
        Integer.toString(AT_ONCE),
        Integer.toString(size + ENVELOPE));
  }

  private List<Table.Cell> rates(String name, Sink sink, Callable<Duration> spent) {
    RunOptions.rest(Duration.ofSeconds(warmup));
    long before = sink.taken();
    Duration cpuBefore = call(spent);
    long start = System.nanoTime();
    RunOptions.rest(Duration.ofSeconds(seconds));
    long taken = sink.taken() - before;
    double span = (System.nanoTime() - start) / 1e9;
    double micros = call(spent).minus(cpuBefore).toNanos() / 1e3 / Math.max(1, taken);
    return List.of(Table.Cell.of(name), Table.Cell.of(taken / span, 0), Table.Cell.of(micros, 0));
  }

  private static Duration call(Callable<Duration> spent) {
    try {
      return spent.call();
    } catch (Exception e) {
      throw new BenchException("can't read a process's CPU time: " + BenchException.reason(e), e);
    }
  }

  private void fill(ServerProcess server, Provisioning.Fleet fleet) {
    Load load = Load.fill(WINDOW, Math.ceilDiv(backlog, devices));
    List<Peer> peers = Peers.links(fleet.devices(), load, 16, size);
    Progress progress = new Progress("send messages", backlog);
    try (LoadEngine engine = LoadEngine.start(peers, server.address(), 0)) {
      engine.awaitLive(Duration.ofSeconds(60));
      engine.go();
      engine.awaitDone(Duration.ofMinutes(10), progress::at);
      progress.done();
    }
  }

  private Table steady(ServerProcess server, Provisioning.Fleet fleet, Api api) {
    Stream alive;
    Stream refusing;
    Stream silent;
    try (Sink fifth = new Sink(true)) {
      alive = stream(server, fleet, api, fifth.port());
      refusing = stream(server, fleet, api, CLOSED_PORT);
    }
    try (Sink fifth = new Sink(false)) {
      silent = stream(server, fleet, api, fifth.port());
    }
    return new Table(
        "Five webhooks on %,d messages/s from %,d devices".formatted(rate, devices),
        List.of(
            "fifth endpoint",
            "ingested/s",
            "% of alive",
            "p99 ms of an acknowledgement",
            "other four deliver/s",
            "% of alive"),
        List.of(
            row("alive", alive, alive),
            row("refuses connections", refusing, alive),
            row("never answers", silent, alive)));
  }

  private static List<Table.Cell> row(String name, Stream stream, Stream alive) {
    return List.of(
        Table.Cell.of(name),
        Table.Cell.of(stream.ingested(), 0),
        Table.Cell.of(100 * stream.ingested() / alive.ingested(), 0),
        Table.Cell.of(stream.p99(), 1),
        Table.Cell.of(stream.others(), 0),
        Table.Cell.of(100 * stream.others() / alive.others(), 0));
  }

  private Stream stream(ServerProcess server, Provisioning.Fleet fleet, Api api, int fifthPort) {
    List<Sink> sinks = new ArrayList<>();
    List<String> hooks = new ArrayList<>();
    List<Peer> peers = Peers.links(fleet.devices(), Load.openLoop(WINDOW, rate), 1, size);
    try (LoadEngine engine = LoadEngine.start(peers, server.address(), rate)) {
      for (int i = 0; i < HOOKS - 1; i++) {
        sinks.add(new Sink(true));
        hooks.add(api.createWebhook(fleet.project(), sinks.getLast().port()));
      }
      hooks.add(api.createWebhook(fleet.project(), fifthPort));
      engine.awaitLive(Duration.ofSeconds(60));
      engine.go();
      engine.warmUp(Duration.ofSeconds(warmup));
      List<Long> before = sinks.stream().map(Sink::taken).toList();
      Measured measured = engine.measure(Duration.ofSeconds(seconds));
      List<Double> delivered = new ArrayList<>();
      for (int i = 0; i < sinks.size(); i++) {
        long taken = sinks.get(i).taken() - before.get(i);
        delivered.add(taken / (measured.span().toNanos() / 1e9));
      }
      return new Stream(measured.perSecond(), delivered, measured.latencies().millis(99));
    } finally {
      hooks.forEach(hook -> api.deleteWebhook(fleet.project(), hook));
      Closing.all(new ArrayList<>(sinks));
    }
  }
}
