package com.iottly.agent.cli;

import com.iottly.agent.Agent;
import com.iottly.agent.config.AgentConfig;
import com.iottly.agent.config.ConfigFile;
import com.iottly.agent.config.Settings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code iottly-agent config}. */
@Command(
    name = "config",
    synopsisSubcommandLabel = "COMMAND",
    description = "Look at the configuration.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  iottly-agent config check",
      "  iottly-agent config show",
      "  IOTTLY_TELEMETRY_INTERVAL=10 iottly-agent config show --json"
    })
final class ConfigCommand implements Runnable {

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

  @Command(
      description = {
        "Say what is wrong with the configuration, and what is odd about it.",
        "Ends with 0 when the file can be used, even with findings, and with 3 when it can't."
      },
      footerHeading = "%nExample:%n",
      footer = "  iottly-agent config check --config /tmp/new.conf")
  int check() {
    ConfigSource source = parent.source();
    Settings settings = source.settings(System.getenv());
    List<String> findings = new ArrayList<>(settings.warnings());
    findings.forEach(parent.err()::println);
    AgentConfig config = settings.check();
    Agent.checkNetwork(config, System.getenv());
    ConfigFile.finding(source.file(), "the device token").ifPresent(findings::add);
    config.agent().tokenFinding().ifPresent(findings::add);
    findings.stream().skip(settings.warnings().size()).forEach(parent.err()::println);
    parent.out().println(source.file() + " can be used, " + counted(findings.size()));
    return ExitCode.OK;
  }

  private static String counted(int findings) {
    return switch (findings) {
      case 0 -> "without findings";
      case 1 -> "with 1 finding";
      default -> "with " + findings + " findings";
    };
  }

  @Command(
      description = {
        "Show the value of every key and where it comes from.",
        "The device token is not shown. Values that can't be used are shown as they are."
      },
      footerHeading = "%nExample:%n",
      footer = "  iottly-agent config show | grep telemetry")
  int show(@Option(names = "--json", description = "As one JSON object.") boolean json) {
    List<Settings.Setting> all = parent.source().settings(System.getenv()).all();
    if (json) {
      var shown = new LinkedHashMap<String, Object>();
      for (Settings.Setting setting : all) {
        shown.put(
            setting.key().section() + "." + setting.key().key(),
            Map.of("value", setting.shown(), "origin", setting.origin()));
      }
      parent.print(shown);
    } else {
      all.forEach(setting -> parent.out().printf("%-58s # %s%n", setting, setting.origin()));
    }
    return ExitCode.OK;
  }
}
