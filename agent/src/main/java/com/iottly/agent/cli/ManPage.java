package com.iottly.agent.cli;

import com.iottly.agent.Build;
import com.iottly.agent.config.Key;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The manual page, in the macros of man(7), made from the same model as the help. */
final class ManPage {

  private final StringBuilder page = new StringBuilder();

  private ManPage() {}

  static String of(CommandLine root, Build build) {
    return new ManPage().write(root.getCommandSpec(), build);
  }

  private String write(CommandSpec root, Build build) {
    String name = root.name();
    macro(
        "TH",
        name.toUpperCase(Locale.ROOT),
        "8",
        LocalDate.ofInstant(build.built(), ZoneOffset.UTC).toString(),
        name + " " + build.version(),
        "Iottly");
    macro("SH", "NAME");
    text(name + " - " + lowerFirst(root.usageMessage().description()[0].replaceAll("\\.$", "")));
    macro("SH", "SYNOPSIS");
    bold(name);
    text("COMMAND [OPTION ...]");
    macro("SH", "DESCRIPTION");
    text(
        "The agent keeps one connection to the platform, keeps messages on disk until the platform"
            + " has them, reports the machine's state, and runs commands.");
    macro("SH", "COMMANDS");
    root.subcommands().values().forEach(child -> command(child.getCommandSpec(), ""));
    macro("SH", "OPTIONS OF EVERY COMMAND");
    root.options().forEach(this::option);
    macro("SH", "EXIT STATUS");
    for (ExitCode.Meaning meaning : ExitCode.MEANINGS) {
      item(Integer.toString(meaning.code()), meaning.text());
    }
    macro("SH", "ENVIRONMENT");
    for (Key key : Key.values()) {
      item(key.variable(), "overrides " + key + " of the configuration file");
    }
    item("IOTTLY_CONFIG", "the configuration file, when --config is not given");
    item("IOTTLY_API_KEY", "the API key for provision");
    item("HTTPS_PROXY, HTTP_PROXY, NO_PROXY", "the proxies, in lower case too");
    macro("SH", "FILES");
    item(ConfigSource.DEFAULT, "the configuration");
    item(
        "/etc/iottly/registersettings.json",
        "how this machine registers itself at its first start");
    for (Key key : new Key[] {Key.LOG_FILE, Key.RUN_DIR, Key.SPOOL_DIR}) {
      item(key.defaultValue(), key + ", unless it is configured otherwise");
    }
    return page.toString();
  }

  private void command(CommandSpec command, String prefix) {
    String name = prefix + command.name();
    if (!command.subcommands().isEmpty()) {
      command.subcommands().values().forEach(child -> command(child.getCommandSpec(), name + " "));
      return;
    }
    String parameters =
        command.positionalParameters().stream()
            .map(parameter -> " " + parameter.paramLabel())
            .collect(Collectors.joining());
    macro("SS", name + parameters);
    Stream.of(command.usageMessage().description()).forEach(this::text);
    command.positionalParameters().forEach(this::parameter);
    command.options().stream().filter(option -> !option.inherited()).forEach(this::option);
    if (command.usageMessage().footer().length > 0) {
      macro("PP");
      macro("EX");
      Stream.of(command.usageMessage().footer()).forEach(this::text);
      macro("EE");
    }
  }

  private void parameter(PositionalParamSpec parameter) {
    item(parameter.paramLabel(), joined(parameter.description()));
  }

  private void option(OptionSpec option) {
    String label = option.arity().max() > 0 ? " " + option.paramLabel() : "";
    String description =
        joined(option.description())
            .replace("${DEFAULT-VALUE}", String.valueOf(option.defaultValue()));
    item(String.join(", ", option.names()) + label, description);
  }

  private static String joined(String[] sentences) {
    return String.join(" ", sentences);
  }

  private void item(String term, String explanation) {
    macro("TP");
    bold(term);
    text(explanation);
  }

  private void bold(String text) {
    page.append("\\fB").append(escaped(text)).append("\\fR\n");
  }

  private void text(String line) {
    page.append(escaped(line)).append('\n');
  }

  private void macro(String name, String... arguments) {
    page.append('.').append(name);
    for (String argument : arguments) {
      page.append(" \"").append(escaped(argument).replace("\"", "\\(dq")).append('"');
    }
    page.append('\n');
  }

  /**
   * A dot or quote at the beginning of a line would be a macro; a bare hyphen a typographic one.
   */
  private static String escaped(String text) {
    String safe = text.replace("\\", "\\e").replace("-", "\\-");
    return safe.startsWith(".") || safe.startsWith("'") ? "\\&" + safe : safe;
  }

  private static String lowerFirst(String text) {
    return text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
  }
}
