package com.iottly.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How long the server takes to answer, and what it needs when idle. */
@Command(
    name = "start",
    mixinStandardHelpOptions = true,
    description = {
      "How long the server takes from launch to its first answer, and its memory when idle.",
      ""
    })
final class StartBench implements Callable<Integer> {

  private static final Duration IDLE = Duration.ofSeconds(10);

  @Mixin private final RunOptions run = new RunOptions();

  @Option(
      names = "--runs",
      defaultValue = "10",
      description = "How often each kind is started. Default: ${DEFAULT-VALUE}")
  private int runs;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "A directory that 'bench history --data DIR' filled, to start on too.")
  private @Nullable Path data;

  @Override
  public Integer call() {
    run.require("--runs", runs, 1, 100);
    return run.run(this::measure);
  }

  private Report measure(Workspace workspace) {
    List<String> notes = new ArrayList<>();
    List<List<Table.Cell>> rows = new ArrayList<>();
    rows.add(row("empty, the very first start", i -> workspace.in("first-" + i)));
    rows.add(row("empty, later starts", _ -> workspace.in("first-0")));
    if (data == null) {
      notes.add("Filled data was left out: name a directory with --data.");
    } else if (!new FilledData(data).exists()) {
      throw new BenchException(data + " was not filled by 'bench history --data " + data + "'");
    } else {
      Path filled = data;
      rows.add(row("filled by 'bench history'", _ -> filled));
    }
    notes.add("The files were in the page cache, as after any start but the first since boot.");
    Table table =
        new Table(
            "%,d starts each".formatted(runs),
            List.of("data", "ready p50 ms", "ready max ms", "idle RSS p50 MB", "idle RSS max MB"),
            rows);
    return new Report(
        "start",
        "Start",
        "From the launch of the process to its first HTTP answer, and its resident memory after "
            + IDLE.toSeconds()
            + " idle seconds.",
        run.command(),
        List.of(table),
        notes);
  }

  private List<Table.Cell> row(String name, IntFunction<Path> directories) {
    List<Double> ready = new ArrayList<>();
    List<Double> memory = new ArrayList<>();
    Progress progress = new Progress(name, runs);
    for (int i = 0; i < runs; i++) {
      try (ServerProcess server = ServerProcess.start(run.server(), directories.apply(i))) {
        ready.add(server.startup().toNanos() / 1e6);
        RunOptions.rest(IDLE);
        memory.add(server.rss() / 1e6);
      }
      progress.at(i + 1);
    }
    progress.done();
    ready.sort(null);
    memory.sort(null);
    return List.of(
        Table.Cell.of(name),
        Table.Cell.of(ready.get(runs / 2), 0),
        Table.Cell.of(ready.getLast(), 0),
        Table.Cell.of(memory.get(runs / 2), 0),
        Table.Cell.of(memory.getLast(), 0));
  }
}
