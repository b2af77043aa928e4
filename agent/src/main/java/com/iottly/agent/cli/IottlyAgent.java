package com.iottly.agent.cli;

import com.iottly.agent.Agent;
import com.iottly.agent.Build;
import com.iottly.agent.config.AgentConfig;
import com.iottly.agent.json.Json;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
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
      StopCommand.class,
      StatusCommand.class,
      SendCommand.class,
      LogsCommand.class,
      ConfigCommand.class,
      CompletionCommand.class,
      ManCommand.class
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

  AgentConfig checked() {
    return source().settings(System.getenv()).check();
  }

  /** Where the running agent listens. */
  Path socket() {
    return checked().agent().runDir().resolve(Agent.CONTROL_SOCKET);
  }

  void print(Map<String, ? extends @Nullable Object> json) {
    out().println(new String(Json.write(json), StandardCharsets.UTF_8));
  }

  @Command(
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
  int start() {
    return Start.run(source(), System.getenv());
  }

  @Command(
      description = "Say which version this is.",
      footerHeading = "%nExamples:%n",
      footer = {"  iottly-agent version", "  iottly-agent version --json"})
  int version(@Option(names = "--json", description = "As one JSON object.") boolean json) {
    Build build = Build.current();
    if (json) {
      var version = new LinkedHashMap<String, Object>();
      version.put("version", build.version());
      version.put("built", build.built().toString());
      version.put("java", Runtime.version().toString());
      version.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
      version.put("arch", System.getProperty("os.arch"));
      print(version);
    } else {
      out().println("iottly-agent " + build.version());
    }
    return ExitCode.OK;
  }
}
