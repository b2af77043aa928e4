package com.iottly.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How long questions about a long history take. */
@Command(
    name = "history",
    mixinStandardHelpOptions = true,
    description = {
      "How long questions about a long history take.",
      "",
      "Fills a server through the protocol itself, one device with a million messages among others,"
          + " restarts it, and asks for the newest messages, pages and filtered messages of the large"
          + " device over HTTP. With --data the filled directory stays and is used again.",
      ""
    })
final class HistoryBench implements Callable<Integer> {

  private static final int CURSOR_PAGE = 100;
  private static final int NUMBERED_PAGE = 50;
  private static final int LAST_NUMBERED = 100;
  private static final String WARNINGS = "{\"payload.level\":\"warn\"}";
  private static final String OLDEST = "{\"payload.n\":1000000001}";

  @Mixin private final RunOptions run = new RunOptions();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Fill this directory, or use it as it was filled before, and keep it.")
  private @Nullable Path data;

  @Option(
      names = "--messages",
      defaultValue = "5000000",
      description = "In all. Default: ${DEFAULT-VALUE}")
  private long messages;

  @Option(
      names = "--large",
      defaultValue = "1000000",
      description = "Of the large device. Default: ${DEFAULT-VALUE}")
  private long large;

  @Option(names = "--devices", defaultValue = "401", description = "Default: ${DEFAULT-VALUE}")
  private int devices;

  @Option(
      names = "--size",
      defaultValue = "200",
      description = "Bytes of a payload. Default: ${DEFAULT-VALUE}")
  private int size;

  @Option(
      names = "--count",
      defaultValue = "1000",
      description = "How often each question is asked. Default: ${DEFAULT-VALUE}")
  private int count;

  @Override
  public Integer call() {
    run.require("--messages", messages, 10_000, 100_000_000);
    run.require("--large", large, 10_000, messages);
    run.require("--devices", devices, 2, 10_000);
    run.require("--size", size, BatchTemplate.MIN_SIZE, 4_000);
    run.require("--count", count, 10, 100_000);
    return run.run(this::measure);
  }

  private Report measure(Workspace workspace) {
    FilledData filled = new FilledData(data == null ? workspace.in("server") : data);
    Provisioning.Fleet fleet;
    try (ServerProcess server = server(filled)) {
      fleet = filled.fill(server, devices, messages, large, size);
    }
    List<String> notes = new ArrayList<>();
    List<List<Table.Cell>> rows = new ArrayList<>();
    try (ServerProcess server = server(filled);
        Api api = new Api(server.url(), fleet.key(), null)) {
      ask(api, fleet, rows, notes);
      notes.add("The server's RSS afterwards: %,.0f MB.".formatted(server.rss() / 1e6));
    }
    Table table =
        new Table(
            "%,d messages in all, %,d of the device asked about".formatted(messages, large),
            List.of("question", "asked", "p50 ms", "p99 ms", "max ms"),
            rows);
    return new Report(
        "history",
        "History",
        "HTTP calls about one device, one after the other, after a restart and a warm-up.",
        run.command(),
        List.of(table),
        notes);
  }

  private ServerProcess server(FilledData filled) {
    return ServerProcess.start(run.server(), filled.directory());
  }

  private void ask(
      Api api, Provisioning.Fleet fleet, List<List<Table.Cell>> rows, List<String> notes) {
    String project = fleet.project();
    String device = fleet.devices().getFirst().id();
    IntConsumer newest = _ -> expect(NUMBERED_PAGE, api.newest(project, device, 50, null));
    IntConsumer page =
        i -> {
          int number = i % LAST_NUMBERED + 1;
          expect(NUMBERED_PAGE, api.page(project, device, number, NUMBERED_PAGE));
        };
    Latencies _ = Repeat.inTurn(count, newest);
    Latencies _ = Repeat.inTurn(count, page);
    rows.add(row("newest 50", Repeat.inTurn(count, newest)));
    rows.add(row("pages 1 to 100 by number, 50 each", Repeat.inTurn(count, page)));
    IntConsumer warnings = _ -> expect(10, api.newest(project, device, 10, WARNINGS));
    Latencies _ = Repeat.inTurn(Math.max(10, count / 20), warnings);
    rows.add(
        row(
            "newest 10 with a filter that 1 in %,d matches".formatted(BatchTemplate.WARN_EVERY),
            Repeat.inTurn(Math.max(10, count / 5), warnings)));
    walk(api, project, device, rows);
    wholeHistory(api, project, device, rows, notes);
  }

  /** From the newest message to the oldest by cursor. */
  private void walk(Api api, String project, String device, List<List<Table.Cell>> rows) {
    long pages = large / CURSOR_PAGE;
    Progress progress = new Progress("walk by cursor", pages);
    Latencies all = new Latencies();
    Latencies first = new Latencies();
    Latencies last = new Latencies();
    String cursor = null;
    for (long i = 0; i < pages && (i == 0 || cursor != null); i++) {
      long began = System.nanoTime();
      Api.Page page = api.after(project, device, cursor, CURSOR_PAGE);
      long took = System.nanoTime() - began;
      expect(CURSOR_PAGE, page.messages());
      all.record(took);
      if (i < pages / 10) {
        first.record(took);
      } else if (i >= pages - pages / 10) {
        last.record(took);
      }
      cursor = page.cursor();
      progress.at(i + 1);
    }
    if (all.count() < pages) {
      throw new BenchException("the cursor ended after %,d pages".formatted(all.count()));
    }
    progress.done();
    rows.add(row("all by cursor, 100 each: the newest tenth", first));
    rows.add(row("all by cursor, 100 each: the oldest tenth", last));
    rows.add(row("all by cursor, 100 each", all));
  }

  private void wholeHistory(
      Api api, String project, String device, List<List<Table.Cell>> rows, List<String> notes) {
    try {
      rows.add(
          row(
              "a filter only the oldest message matches",
              Repeat.inTurn(5, _ -> expect(1, api.newest(project, device, 1, OLDEST)))));
    } catch (BenchException e) {
      notes.add(
          "A filter that only the oldest message matches is refused: " + BenchException.reason(e));
    }
  }

  private static void expect(int wanted, int got) {
    if (got != wanted) {
      throw new BenchException("%d messages were asked for, %d came".formatted(wanted, got));
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
