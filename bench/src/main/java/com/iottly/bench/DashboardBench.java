package com.iottly.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.IntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a person waits for at the dashboard. */
@Command(
    name = "dashboard",
    mixinStandardHelpOptions = true,
    description = {
      "What a person waits for at the dashboard.",
      "",
      "Registers thousands of devices and writes a month of samples a minute apart for some of them,"
          + " then asks for charts and lists over HTTP, and opens pages in a Chromium without a"
          + " window, if there is one.",
      ""
    })
final class DashboardBench implements Callable<Integer> {

  private static final Duration MONTH = Duration.ofDays(30);
  private static final Pattern SET_UP = Pattern.compile("token=\"([\\w-]+)\"");
  private static final String SCROLL =
      """
      new Promise((done) => {
        const table = document.querySelector(".data-table");
        const frames = [];
        let last = performance.now();
        const step = (now) => {
          frames.push(now - last);
          last = now;
          table.scrollTop += 480;
          if (table.scrollTop + table.clientHeight < table.scrollHeight - 10) requestAnimationFrame(step);
          else done(frames.slice(2).sort((a, b) => a - b));
        };
        requestAnimationFrame(step);
      })\
      """;

  @Mixin private final RunOptions run = new RunOptions();

  @Option(names = "--devices", defaultValue = "5000", description = "Default: ${DEFAULT-VALUE}")
  private int devices;

  @Option(
      names = "--sampled",
      defaultValue = "20",
      description = "Devices that have a month of samples. Default: ${DEFAULT-VALUE}")
  private int sampled;

  @Option(
      names = "--count",
      defaultValue = "30",
      description = "How often each question is asked. Default: ${DEFAULT-VALUE}")
  private int count;

  @Override
  public Integer call() {
    run.require("--devices", devices, 100, 100_000);
    run.require("--sampled", sampled, 4, devices);
    run.require("--count", count, 5, 10_000);
    return run.run(this::measure);
  }

  private Report measure(Workspace workspace) {
    Path directory = workspace.in("server");
    Provisioning.Fleet fleet;
    try (ServerProcess server = ServerProcess.start(run.server(), directory)) {
      fleet = Provisioning.fleet(server, devices, null);
    }
    MonthOfTelemetry.fill(directory.resolve("data").resolve("journal"), fleet, sampled, MONTH);
    List<String> notes = new ArrayList<>();
    List<Table> tables = new ArrayList<>();
    try (ServerProcess server = ServerProcess.start(run.server(), directory);
        Api api = new Api(server.url(), fleet.key(), null)) {
      tables.add(calls(api, fleet));
      notes.add("The server's RSS afterwards: %,.0f MB.".formatted(server.rss() / 1e6));
      Optional<Browser> found = Browser.start(workspace);
      if (found.isEmpty()) {
        notes.add("The pages were left out: there is no Chromium on this machine.");
      } else {
        try (Browser browser = found.get()) {
          tables.add(pages(browser, server.url(), setUpToken(directory), fleet));
        }
      }
    }
    return new Report(
        "dashboard",
        "Dashboard",
        "What a person waits for: %,d devices, of which %d have sent a sample a minute for 30 days."
            .formatted(devices, sampled),
        run.command(),
        tables,
        notes);
  }

  private Table calls(Api api, Provisioning.Fleet fleet) {
    List<List<Table.Cell>> rows = new ArrayList<>();
    rows.add(row("a month of a device, one number", _ -> month(api, fleet, 1, 1)));
    rows.add(row("a month of a device, three numbers", _ -> month(api, fleet, 1, 3)));
    rows.add(row("a month of four devices, one number", _ -> month(api, fleet, 4, 1)));
    rows.add(row("a day of a device, three numbers", _ -> chart(api, fleet, 1, 3, 1)));
    rows.add(row("the numbers a device has", _ -> fields(api, fleet)));
    rows.add(row("the overview", _ -> overview(api, fleet)));
    rows.add(row("all devices, 1,000 at a time", _ -> list(api, fleet)));
    return new Table(
        "HTTP calls, one after the other, after a restart",
        List.of("question", "asked", "p50 ms", "p99 ms", "max ms"),
        rows);
  }

  private List<Table.Cell> row(String name, IntConsumer question) {
    Latencies _ = Repeat.inTurn(Math.max(3, count / 5), question);
    Latencies latencies = Repeat.inTurn(count, question);
    return List.of(
        Table.Cell.of(name),
        Table.Cell.of(latencies.count()),
        Table.Cell.of(latencies.millis(50), 1),
        Table.Cell.of(latencies.millis(99), 1),
        Table.Cell.of(latencies.maxMillis(), 1));
  }

  private static void month(Api api, Provisioning.Fleet fleet, int many, int fields) {
    chart(api, fleet, many, fields, 30);
  }

  private static void chart(Api api, Provisioning.Fleet fleet, int many, int fields, int days) {
    List<String> ids = fleet.devices().stream().limit(many).map(Device::id).toList();
    List<String> paths =
        List.of(
            "telemetry.cpu.usage_percent", "telemetry.memory.available_bytes", "telemetry.load.1m");
    Instant now = Instant.now();
    JsonNode answer =
        api.read(
            "/v1.0/project/%s/telemetry?devices=%s&fields=%s&from=%s&to=%s"
                .formatted(
                    fleet.project(),
                    String.join(",", ids),
                    String.join(",", paths.subList(0, fields)),
                    now.minus(Duration.ofDays(days)),
                    now));
    int buckets = answer.at("/series/0/buckets").size();
    if (answer.get("series").size() != many * fields || buckets < 200) {
      throw new BenchException("a chart has %d buckets".formatted(buckets));
    }
  }

  private static void fields(Api api, Provisioning.Fleet fleet) {
    String device = fleet.devices().getFirst().id();
    expect(
        24,
        api.read("/v1.0/project/%s/device/%s/telemetry/fields".formatted(fleet.project(), device))
            .path("fields")
            .size());
  }

  private void overview(Api api, Provisioning.Fleet fleet) {
    expect(
        devices,
        api.read("/v1.0/project/%s/overview".formatted(fleet.project()))
            .at("/devices/count")
            .asInt());
  }

  private void list(Api api, Provisioning.Fleet fleet) {
    int seen = 0;
    String cursor = "";
    do {
      JsonNode page =
          api.read(
              "/v1.0/project/%s/devices?limit=1000%s"
                  .formatted(fleet.project(), cursor.isEmpty() ? "" : "&cursor=" + cursor));
      seen += page.path("devices").size();
      cursor = page.path("cursor").asText();
    } while (!cursor.isEmpty());
    expect(devices, seen);
  }

  private static void expect(int wanted, int got) {
    if (got < wanted) {
      throw new BenchException("%d were expected, %d came".formatted(wanted, got));
    }
  }

  private static String setUpToken(Path directory) {
    Matcher token = SET_UP.matcher(ProcessFacts.read(directory.resolve("server.log")));
    String last = "";
    while (token.find()) {
      last = token.group(1);
    }
    return last;
  }

  private Table pages(Browser browser, String url, String token, Provisioning.Fleet fleet) {
    browser.go(url + "/");
    double _ = browser.shows("form");
    JsonNode _ =
        browser.run(
            """
            fetch("/v1.0/setup", {method: "POST", headers: {"Content-Type": "application/json"},
              body: JSON.stringify({token: "%s", name: "bench", password: "correct horse battery"})})
              .then((answer) => answer.status)\
            """
                .formatted(token));
    String project = url + "/projects/" + fleet.project();
    String device = fleet.devices().getFirst().id();
    List<List<Table.Cell>> rows = new ArrayList<>();
    rows.add(
        page(browser, "the first page, nothing kept", url + "/projects", ".project-card", true));
    rows.add(page(browser, "the first page again", url + "/projects", ".project-card", false));
    rows.add(page(browser, "the list of all devices", project + "/devices", ".device-link", false));
    rows.add(
        page(
            browser,
            "charts of a month",
            project + "/telemetry?range=30d&devices=" + device,
            ".chart canvas",
            false));
    browser.go(project + "/devices");
    double _ = browser.shows(".device-link");
    List<Double> frames = new ArrayList<>();
    browser.run(SCROLL).forEach(frame -> frames.add(frame.asDouble()));
    rows.add(
        List.of(
            Table.Cell.of("a frame while scrolling through all devices"),
            Table.Cell.of(frames.size()),
            Table.Cell.of(frames.get(frames.size() / 2), 1),
            Table.Cell.of(frames.get((int) (frames.size() * 0.99)), 1),
            Table.Cell.of(frames.getLast(), 1)));
    return new Table(
        "Pages in Chromium on the same machine, from the navigation until it shows what was asked for",
        List.of("page", "times", "p50 ms", "p99 ms", "max ms"),
        rows);
  }

  private List<Table.Cell> page(
      Browser browser, String name, String address, String selector, boolean fresh) {
    int times = Math.max(5, count / 3);
    List<Double> shown = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      if (fresh) {
        browser.clearCache();
      }
      browser.go("about:blank");
      browser.go(address);
      shown.add(browser.shows(selector));
    }
    shown.sort(null);
    return List.of(
        Table.Cell.of(name),
        Table.Cell.of(times),
        Table.Cell.of(shown.get(times / 2), 0),
        Table.Cell.of(shown.get((int) (times * 0.99)), 0),
        Table.Cell.of(shown.getLast(), 0));
  }
}
