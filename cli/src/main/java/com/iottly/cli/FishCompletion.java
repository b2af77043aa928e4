package com.iottly.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The completions of a command tree for fish, which picocli does not write. */
final class FishCompletion {

  /** Whether these words, with options between them, are what was typed behind {@code iottly}. */
  private static final String HEAD =
      """
      # Completions of 'iottly cli' for fish.
      function __iottly_cli_at
          set -l words (commandline -opc)[2..-1]
          set -l commands
          for word in $words
              string match -q -- '-*' $word; or set -a commands $word
          end
          test (count $commands) -ge (count $argv); or return 1
          for i in (seq (count $argv))
              test "$commands[$i]" = "$argv[$i]"; or return 1
          end
          test -n "$argv[-1]"
      end
      function __iottly_cli_next
          set -l words (commandline -opc)[2..-1]
          set -l commands
          for word in $words
              string match -q -- '-*' $word; or set -a commands $word
          end
          test "$commands" = "$argv"
      end
      complete -c iottly -n '__iottly_cli_at cli' -f
      complete -c iottly -n '__iottly_cli_next' -a cli -d 'Speak to a platform'
      """;

  private final StringBuilder script = new StringBuilder(HEAD);

  private FishCompletion() {}

  static String of(CommandLine cli) {
    FishCompletion completion = new FishCompletion();
    completion.add(List.of("cli"), cli);
    return completion.script.toString();
  }

  private void add(List<String> words, CommandLine command) {
    String place = String.join(" ", words);
    Set<CommandLine> subcommands = new LinkedHashSet<>(command.getSubcommands().values());
    for (CommandLine sub : subcommands) {
      CommandSpec spec = sub.getCommandSpec();
      line("-n '__iottly_cli_next %s' -a %s".formatted(place, spec.name()), description(spec));
      List<String> deeper = new ArrayList<>(words);
      deeper.add(spec.name());
      add(deeper, sub);
    }
    if (subcommands.isEmpty()) {
      command.getCommandSpec().options().forEach(option -> add(place, option));
    }
  }

  private void add(String place, OptionSpec option) {
    StringBuilder names = new StringBuilder();
    for (String name : option.names()) {
      names.append(name.startsWith("--") ? " -l " : " -s ").append(name.replaceFirst("^-+", ""));
    }
    String value = option.arity().max() > 0 ? " -r" : "";
    line(
        "-n '__iottly_cli_at %s'%s%s".formatted(place, names, value),
        String.join(" ", option.description()));
  }

  private static String description(CommandSpec spec) {
    return String.join(" ", spec.usageMessage().description());
  }

  private void line(String what, String description) {
    String oneLine = description.replaceAll("\\$\\{[^}]*}", "…").replace("\\", "\\\\");
    script
        .append("complete -c iottly ")
        .append(what)
        .append(" -d '")
        .append(oneLine.replace("'", "\\'"))
        .append("'\n");
  }
}
