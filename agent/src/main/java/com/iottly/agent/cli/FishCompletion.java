package com.iottly.agent.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Completion for fish, which picocli has not, made from the same model as the help. */
final class FishCompletion {

  private final String program;
  private final StringBuilder script = new StringBuilder();

  private FishCompletion(String program) {
    this.program = program;
  }

  static String of(CommandLine root) {
    var completion = new FishCompletion(root.getCommandName());
    completion.script.append("complete -c ").append(root.getCommandName()).append(" -f\n");
    completion.add(root.getCommandSpec(), List.of());
    return completion.script.toString();
  }

  private void add(CommandSpec command, List<String> path) {
    List<CommandLine> children = List.copyOf(command.subcommands().values());
    for (CommandLine child : children) {
      line(condition(path, children), "-a " + child.getCommandName(), child.getCommandSpec());
    }
    for (OptionSpec option : command.options()) {
      if (path.isEmpty() || !option.inherited()) {
        option(path, option);
      }
    }
    for (CommandLine child : children) {
      var deeper = new ArrayList<>(path);
      deeper.add(child.getCommandName());
      add(child.getCommandSpec(), deeper);
    }
  }

  /** Behind these words, and before any of the children's names. */
  private static String condition(List<String> path, List<CommandLine> children) {
    String behind =
        path.stream()
            .map(word -> "__fish_seen_subcommand_from " + word + "; and ")
            .collect(Collectors.joining());
    String names =
        children.stream().map(CommandLine::getCommandName).collect(Collectors.joining(" "));
    return behind + "not __fish_seen_subcommand_from " + names;
  }

  private void line(String condition, String what, CommandSpec command) {
    script.append(
        "complete -c %s -n '%s' %s -d '%s'\n"
            .formatted(
                program, condition, what, quoted(first(command.usageMessage().description()))));
  }

  private void option(List<String> path, OptionSpec option) {
    String condition =
        path.isEmpty()
            ? ""
            : " -n '%s'"
                .formatted(
                    path.stream()
                        .map(word -> "__fish_seen_subcommand_from " + word)
                        .collect(Collectors.joining("; and ")));
    String names =
        Stream.of(option.names())
            .map(name ->
                name.startsWith("--") ? "-l " + name.substring(2) : "-s " + name.substring(1))
            .collect(Collectors.joining(" "));
    String argument =
        option.arity().max() > 0 ? (option.paramLabel().equals("FILE") ? " -r -F" : " -x") : "";
    script.append(
        "complete -c %s%s %s%s -d '%s'\n"
            .formatted(program, condition, names, argument, quoted(first(option.description()))));
  }

  private static String first(String[] description) {
    return description.length == 0 ? "" : description[0];
  }

  private static String quoted(String text) {
    return text.replace("\\", "\\\\").replace("'", "\\'");
  }
}
