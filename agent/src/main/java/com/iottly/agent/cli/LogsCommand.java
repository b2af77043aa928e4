package com.iottly.agent.cli;

import com.iottly.agent.config.Key;
import com.iottly.agent.log.Log;
import com.iottly.agent.log.LogReader;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code iottly-agent logs}. */
@Command(
    name = "logs",
    description = {
      "Show the agent's log, whether it runs or not.",
      "Reads [agent] log_file and the older files it was rotated to."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  iottly-agent logs",
      "  iottly-agent logs -n 1000 --level warn",
      "  iottly-agent logs -f"
    })
final class LogsCommand implements Callable<Integer> {

  private static final int MAX_LINES = 100_000;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private IottlyAgent parent;

  @Option(
      names = {"-n", "--lines"},
      paramLabel = "N",
      defaultValue = "50",
      description = "How many of the last lines (default: ${DEFAULT-VALUE}, at most 100000).")
  private int lines;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on with every new line, until Ctrl-C.")
  private boolean follow;

  @Option(
      names = "--level",
      paramLabel = "LEVEL",
      defaultValue = "debug",
      description = "Only lines of this level and above: debug, info, warn, error.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String level;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (lines < 0 || lines > MAX_LINES) {
      throw new ParameterException(
          spec.commandLine(), "--lines is %d; allowed: 0 to %d".formatted(lines, MAX_LINES));
    }
    var reader = new LogReader(parent.path(Key.LOG_FILE), level());
    if (follow) {
      reader.follow(lines, this::print, () -> !parent.out().checkError());
    } else {
      reader.last(lines).forEach(parent.out()::println);
    }
    return ExitCode.OK;
  }

  private void print(String line) {
    parent.out().println(line);
    parent.out().flush();
  }

  private Log.Level level() {
    return Arrays.stream(Log.Level.values())
        .filter(known -> name(known).equals(level.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(() ->
            new ParameterException(
                spec.commandLine(),
                "--level is '%s'; allowed: %s"
                    .formatted(
                        level,
                        Arrays.stream(Log.Level.values())
                            .map(LogsCommand::name)
                            .collect(Collectors.joining(", ")))));
  }

  private static String name(Log.Level level) {
    return level.name().toLowerCase(Locale.ROOT);
  }
}
