package com.iottly.agent.cli;

import com.iottly.agent.config.AgentConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code iottly-agent uninstall}. */
@Command(
    name = "uninstall",
    description = {
      "Remove the agent from this machine: program, configuration, spool, logs and user.",
      "Messages that the platform does not have yet are lost. The device stays known to the"
          + " platform until it is deleted there. Needs root."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  iottly-agent uninstall", "  iottly-agent uninstall --yes"})
final class UninstallCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private IottlyAgent parent;

  @Option(names = "--yes", description = "Don't ask.")
  private boolean yes;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path script = UpdateCommand.home().resolve("system/uninstall.sh");
    if (!Files.exists(script) || !script.startsWith("/opt/iottly/versions")) {
      return refuse("this agent is not installed below /opt/iottly; delete its folder instead");
    }
    AgentConfig config = parent.source().settings(System.getenv()).check();
    if (!yes && !confirmed()) {
      return refuse("nothing was removed; to remove everything: --yes");
    }
    Process removal =
        new ProcessBuilder(
                List.of(
                    "sh",
                    script.toString(),
                    config.spool().dir().toString(),
                    config.agent().logFile().toString(),
                    parent.source().file().toString()))
            .inheritIO()
            .start();
    return removal.waitFor() == 0 ? ExitCode.OK : ExitCode.FAILED;
  }

  private boolean confirmed() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    out.print("Remove the agent, its configuration and everything it keeps? Type yes: ");
    out.flush();
    var in = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
    return "yes".equals(in.readLine());
  }

  private int refuse(String why) {
    spec.commandLine().getErr().println("iottly-agent: " + why);
    return ExitCode.FAILED;
  }
}
