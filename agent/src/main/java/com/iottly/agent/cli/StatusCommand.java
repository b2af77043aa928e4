package com.iottly.agent.cli;

import com.iottly.agent.control.ControlClient;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code iottly-agent status}. */
@Command(
    name = "status",
    description = {
      "Say how the running agent is: its connection, its spool, what it dropped, its clock, its"
          + " configuration and its last problem."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  iottly-agent status",
      "  iottly-agent status --json | jq .connected",
    })
final class StatusCommand implements Callable<Integer> {

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private IottlyAgent parent;

  @Option(names = "--json", description = "As one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    Map<String, @Nullable Object> status =
        ControlClient.ask(parent.socket(), Map.of("do", "status"));
    if (json) {
      parent.print(status);
    } else {
      StatusPage.of(status, InstantSource.system().instant()).forEach(parent.out()::println);
    }
    return ExitCode.OK;
  }
}
