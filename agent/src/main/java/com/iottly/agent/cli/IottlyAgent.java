package com.iottly.agent.cli;

import com.iottly.agent.Agent;
import com.iottly.agent.Build;
import com.iottly.agent.config.AgentConfig;
import com.iottly.agent.config.ConfigFile;
import com.iottly.agent.config.Settings;
import com.iottly.agent.control.ControlClient;
import com.iottly.agent.json.Json;
import com.iottly.wire.Payload;
import com.iottly.wire.WireException;
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
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The commands. */
@Command(
    name = "iottly-agent",
    synopsisSubcommandLabel = "COMMAND",
    description = "Connects this machine to an Iottly platform.",
    subcommands = {ProvisionCommand.class, DoctorCommand.class, IottlyAgent.Config.class},
    footerHeading = "%nA new device, in two steps:%n",
    footer = {
      "  iottly-agent provision --url https://iottly.example.com --pair-code CODE",
      "  iottly-agent start",
      "",
      "Exit codes: 0 done, 1 failed, 2 wrong command line, 3 wrong configuration,",
      "  4 no agent is running, 5 refused by the platform or the agent."
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

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private AgentConfig checked() {
    return source().settings(System.getenv()).check();
  }

  private Path socket() {
    return checked().agent().runDir().resolve(Agent.CONTROL_SOCKET);
  }

  @Command(description = "Run the agent in the foreground until it is told to stop (SIGTERM).")
  int start() {
    return Start.run(source(), System.getenv());
  }

  @Command(description = "Say how the running agent is.")
  int status(@Option(names = "--json", description = "As one JSON object.") boolean json) {
    Map<String, @Nullable Object> status = ControlClient.ask(socket(), Map.of("do", "status"));
    if (json) {
      out().println(new String(Json.write(status), StandardCharsets.UTF_8));
    } else {
      status.forEach((name, value) -> out().printf("%-20s %s%n", name, value));
    }
    return ExitCode.OK;
  }

  @Command(
      description = {
        "Send a message through the running agent.",
        "Answers when the message is safe on this machine's disk; the platform gets it once"
            + " connected."
      })
  int send(
      @Option(names = "--channel", paramLabel = "NAME", description = "The message's channel.")
          @Nullable String channel,
      @Parameters(
              paramLabel = "JSON",
              description = "A JSON object, such as '{\"door\":\"open\"}'.")
          String json) {
    Payload payload;
    try {
      payload = Payload.of(json);
    } catch (WireException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    var request = new LinkedHashMap<String, Object>();
    request.put("do", "send");
    request.put("payload", payload);
    if (channel != null) {
      request.put("channel", channel);
    }
    Map<String, @Nullable Object> answer = ControlClient.ask(socket(), request);
    if (answer.get("error") != null) {
      spec.commandLine().getErr().println("iottly-agent: " + answer.get("error"));
      return ExitCode.REFUSED;
    }
    out().println("stored as message " + answer.get("stored"));
    return ExitCode.OK;
  }

  @Command(description = "Say which version this is.")
  int version() {
    out().println("iottly-agent " + Build.current().version());
    return ExitCode.OK;
  }

  /** {@code iottly-agent config}. */
  @Command(name = "config", description = "Look at the configuration.")
  static final class Config implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private IottlyAgent parent;

    @Override
    public void run() {
      throw new ParameterException(spec.commandLine(), "Which COMMAND? check or show.");
    }

    @Command(description = "Say whether the agent can start with the configuration.")
    int check() {
      Settings settings = parent.source().settings(System.getenv());
      settings.warnings().forEach(spec.commandLine().getErr()::println);
      AgentConfig config = settings.check();
      ConfigFile.finding(parent.source().file()).ifPresent(spec.commandLine().getErr()::println);
      config.agent().tokenFinding().ifPresent(spec.commandLine().getErr()::println);
      spec.commandLine().getOut().println(parent.source().file() + " is fine");
      return ExitCode.OK;
    }

    @Command(description = "Show the value of every key and where it comes from.")
    int show() {
      Settings settings = parent.source().settings(System.getenv());
      settings
          .all()
          .forEach(setting ->
              spec.commandLine().getOut().printf("%-58s # %s%n", setting, setting.origin()));
      return ExitCode.OK;
    }
  }
}
