package com.iottly.platform.admin;

import com.iottly.platform.core.ProjectId;
import com.iottly.platform.fleet.PairCode;
import com.iottly.platform.fleet.Saved;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;

@Command(
    name = "iottly admin",
    description = {
      "Look after an Iottly installation without its dashboard.",
      "Works on the running server, or on its data folder when none runs."
    },
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  PROJECT=$(iottly admin project create \"Cold rooms\")",
      "  iottly admin key create $PROJECT --description \"Reporting service\"",
      "  iottly admin pair $PROJECT \"Cold room 4\"",
      "  iottly admin device list $PROJECT --json",
      "",
      "Exit codes: 0 done, 1 refused or not found, 2 wrong usage."
    })
final class AdminRoot {

  private final Exchange exchange;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  boolean help;

  AdminRoot(Exchange exchange) {
    this.exchange = exchange;
  }

  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      description = "Print one JSON document instead of text.")
  void json(boolean wanted) {
    exchange.json(wanted);
  }

  @Command(
      name = "pair",
      description = "Print a code with which one device can register, once, within an hour.",
      footerHeading = "%nExample:%n",
      footer = "  iottly admin pair 5f0c8e6b1d2a3c4b5a697887 \"Cold room 4\"")
  int pair(
      @Parameters(paramLabel = "PROJECT", description = "The project's id.") ProjectId project,
      @Parameters(paramLabel = "NAME", description = "What to call the device.") String name) {
    return switch (exchange.rooms().fleet().pairCodes().issue(project, name)) {
      case Saved.Done<PairCode>(PairCode code) ->
          exchange.show(
              Exchange.object()
                  .put("pair_code", code.code())
                  .put("project", project.value())
                  .put("name", name)
                  .put("expires", code.expires().toString()),
              code.code(),
              "Good for one device until " + code.expires() + ":");
      case Saved.Refused<PairCode>(String problem) -> exchange.refuse(problem);
      case Saved.Missing<PairCode>() -> exchange.noProject(project);
    };
  }
}
