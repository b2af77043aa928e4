package com.iottly.agent.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code iottly-agent start}, as long as its command line is not plain; see {@link Main}. */
@Command(
    name = "start",
    description = {
      "Run the agent in the foreground until it is told to stop.",
      "SIGTERM and `iottly-agent stop` stop it cleanly; SIGHUP makes it read its configuration"
          + " again. A machine without a token registers itself first when a"
          + " registersettings.json lies beside the configuration file."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  iottly-agent start",
      "  IOTTLY_AGENT_LOG_LEVEL=debug iottly-agent start",
      "  systemctl start iottly-agent       as a service, where it is installed as one"
    })
final class StartCommand implements Callable<Integer> {

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private IottlyAgent parent;

  @Override
  public Integer call() {
    return Start.run(parent.source(), System.getenv());
  }
}
