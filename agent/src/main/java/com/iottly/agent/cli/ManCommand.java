package com.iottly.agent.cli;

import com.iottly.agent.Build;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code iottly-agent man}. */
@Command(
    name = "man",
    description = "Print the manual page, iottly-agent(8), for man.",
    footerHeading = "%nExample:%n",
    footer = "  iottly-agent man | man -l -")
final class ManCommand implements Callable<Integer> {

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private IottlyAgent parent;

  @Override
  public Integer call() {
    parent.out().print(ManPage.of(Main.commandLine(), Build.current()));
    parent.out().flush();
    return ExitCode.OK;
  }
}
