package com.iottly.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;

@Command(
    name = "completion",
    description = "Print what makes a shell complete commands and options of 'iottly cli'.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  source <(iottly cli completion bash)      # in ~/.bashrc",
      "  source <(iottly cli completion zsh)       # in ~/.zshrc, behind compinit",
      "  iottly cli completion fish > ~/.config/fish/completions/iottly.fish"
    })
final class CompletionCommand implements Callable<Integer> {

  /** The shells. */
  enum Shell {
    bash,
    zsh,
    fish
  }

  private final Exchange exchange;

  @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Shell shell;

  CompletionCommand(Exchange exchange) {
    this.exchange = exchange;
  }

  @Override
  public Integer call() {
    CommandLine cli = Cli.tree(exchange, exchange.surroundings());
    exchange
        .surroundings()
        .out()
        .print(
            switch (shell) {
              // Its script speaks zsh too.
              case bash, zsh -> AutoComplete.bash("iottly", launcher(cli));
              case fish -> FishCompletion.of(cli);
            });
    return ExitCode.DONE;
  }

  /** The command line as the shell sees it, {@code cli} being a word like another. */
  private static CommandLine launcher(CommandLine cli) {
    CommandSpec launcher = CommandSpec.create().name("iottly");
    CommandLine root = new CommandLine(launcher);
    root.addSubcommand("cli", cli.setCommandName("cli"));
    return root;
  }
}
