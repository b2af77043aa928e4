package com.iottly.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code ./iottly bench}: one subcommand per bench. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "BENCH",
    description = {
      "Measures the platform with the real protocol over real sockets.",
      "",
      "Each bench starts the server as a child process on a free port of the loopback, gives it a"
          + " project and devices, loads it, and prints a table. Nothing else on the machine is"
          + " touched. Only one bench runs at a time; others wait.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  iottly bench ingest                     how many messages per second become durable",
      "  iottly bench ingest --batch 4            the same with 4 messages per frame",
      "  iottly bench latency --rate 5000        how long a message takes at 5,000 per second",
      "  iottly bench history --data /var/tmp/h  fill once, measure again and again",
      "  iottly bench start --write-docs         measure and put it into docs/performance.md",
      "",
      "Close other programs first: the figures are of the whole machine. Run a bench twice before"
          + " you believe a difference of less than a tenth."
    },
    subcommands = {
      IngestBench.class,
      LatencyBench.class,
      IdleBench.class,
      CommandsBench.class,
      LiveBench.class,
      HistoryBench.class,
      WebhooksBench.class,
      RemoteBench.class,
      DashboardBench.class,
      StartBench.class,
      AgentBench.class
    })
public final class Main {

  private Main() {}

  /** Runs one bench and exits: 0 when it measured, 1 when it could not, 2 for a wrong option. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main()).setUsageHelpWidth(100);
  }
}
