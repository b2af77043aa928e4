package com.iottly.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

@Command(
    name = "iottly cli",
    description = {
      "Speak to an Iottly platform: for people and for scripts.",
      "Devices, projects, webhooks and keys go by name or by id."
    },
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  iottly cli login https://iottly.example.com",
      "  iottly cli device list --status connected",
      "  iottly cli messages \"Cold room 4\" --follow",
      "  iottly cli command send \"Cold room 4\" examplecommand status=start --wait 10",
      "  iottly cli device list --json | jq -r '.[].id'",
      "",
      "Which platform, and as whom: --profile, then IOTTLY_URL, IOTTLY_API_KEY,",
      "IOTTLY_PROJECT_ID and IOTTLY_CA, then the profile in use.",
      "",
      "Exit codes: 0 done, 1 broken, 2 wrong command line, 3 platform not reached,",
      "  4 not signed in, 5 not allowed, 6 not found or name not clear, 7 refused,",
      "  8 the device or endpoint did not succeed, 9 not decided within --wait."
    })
final class Root {

  private final Exchange exchange;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  boolean help;

  Root(Exchange exchange) {
    this.exchange = exchange;
  }

  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      description = "Print JSON as the API has it: an object, or an array of them.")
  void json(boolean wanted) {
    exchange.useJson(wanted);
  }

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      scope = ScopeType.INHERIT,
      description = "Use this profile, whatever the environment says.")
  void profile(String name) {
    exchange.useProfile(name);
  }

  @Option(
      names = "--project",
      paramLabel = "PROJECT",
      scope = ScopeType.INHERIT,
      description = "The project, by name or id.")
  void project(String nameOrId) {
    exchange.useProject(nameOrId);
  }
}
