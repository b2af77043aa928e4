package com.iottly.agent.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code iottly-agent completion}. */
@Command(
    name = "completion",
    description = "Print a script that lets a shell complete the commands and options.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  source <(iottly-agent completion bash)",
      "  source <(iottly-agent completion zsh)",
      "  iottly-agent completion fish > ~/.config/fish/completions/iottly-agent.fish"
    })
final class CompletionCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private IottlyAgent parent;

  @Parameters(paramLabel = "SHELL", description = "bash, zsh or fish.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String shell;

  @Override
  public Integer call() {
    CommandLine all = Main.commandLine();
    String script =
        switch (shell) {
          case "bash", "zsh" -> AutoComplete.bash(all.getCommandName(), all);
          case "fish" -> FishCompletion.of(all);
          default ->
              throw new ParameterException(
                  spec.commandLine(), "SHELL is '" + shell + "'; allowed: bash, zsh, fish");
        };
    parent.out().print(script);
    parent.out().flush();
    return ExitCode.OK;
  }
}
