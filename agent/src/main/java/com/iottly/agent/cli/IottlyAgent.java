package com.iottly.agent.cli;

import com.iottly.agent.Agent;
import com.iottly.agent.config.Key;
import com.iottly.agent.json.Json;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The commands. */
@Command(
    name = "iottly-agent",
    synopsisSubcommandLabel = "COMMAND",
    description = "Connects this machine to an Iottly platform.",
    subcommands = {
      ProvisionCommand.class,
      StartCommand.class,
      StopCommand.class,
      StatusCommand.class,
      SendCommand.class,
      LogsCommand.class,
      ConfigCommand.class,
      DoctorCommand.class,
      UpdateCommand.class,
      UninstallCommand.class,
      CompletionCommand.class,
      ManCommand.class,
      VersionCommand.class
    },
    footerHeading = "%nA new device, in two steps:%n",
    footer = {
      "  iottly-agent provision --url https://iottly.example.com --pair-code CODE",
      "  iottly-agent start",
      "",
      "Every command has a --help with examples. Exit codes: 0 done, 1 failed,",
      "2 wrong command line, 3 wrong configuration, 4 no agent is running,",
      "5 refused by the platform or the agent."
    })
final class IottlyAgent implements Runnable {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "The configuration file (default: $IOTTLY_CONFIG, or /etc/iottly/agent.conf).")
  private @Nullable Path config;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Explain this command.")
  @SuppressWarnings("UnusedVariable") // picocli looks at it
  private boolean help;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Which COMMAND? See --help.");
  }

  ConfigSource source() {
    return ConfigSource.of(config, System.getenv());
  }

  PrintWriter out() {
    return spec.commandLine().getOut();
  }

  PrintWriter err() {
    return spec.commandLine().getErr();
  }

  /** A path of the configuration, also while something else in it is wrong. */
  Path path(Key key) {
    return source().settings(System.getenv()).path(key);
  }

  /** Where the running agent listens. */
  Path socket() {
    return path(Key.RUN_DIR).resolve(Agent.CONTROL_SOCKET);
  }

  void print(Map<String, ? extends @Nullable Object> json) {
    out().println(new String(Json.write(json), StandardCharsets.UTF_8));
  }
}
