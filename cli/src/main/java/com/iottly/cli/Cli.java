package com.iottly.cli;

import com.iottly.cli.http.ApiException;
import com.iottly.cli.http.UnreachableException;
import com.iottly.cli.profile.ProfileException;
import com.iottly.cli.show.Text;
import com.iottly.cli.stream.RefusedException;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** The command tree, and what becomes of a command that can't go on. */
final class Cli {

  private Cli() {}

  /**
   * Runs one command.
   *
   * @param arguments what stands behind {@code iottly cli}
   * @return see {@link ExitCode}
   */
  static int run(List<String> arguments, Surroundings surroundings) {
    try (Exchange exchange = new Exchange(surroundings)) {
      int exit = tree(exchange, surroundings).execute(arguments.toArray(String[]::new));
      surroundings.out().flush();
      surroundings.err().flush();
      return exit;
    }
  }

  static CommandLine tree(Exchange exchange, Surroundings surroundings) {
    return new CommandLine(new Root(exchange))
        .addSubcommand(new LoginCommand(exchange))
        .addSubcommand(new ProfileCommands(exchange))
        .addSubcommand(new PingCommand(exchange))
        .addSubcommand(new ProjectCommands(exchange))
        .addSubcommand(new DeviceCommands(exchange))
        .addSubcommand(new MessagesCommand(exchange))
        .addSubcommand(new CommandCommands(exchange))
        .addSubcommand(new ShellCommand(exchange))
        .addSubcommand(new TailCommand(exchange))
        .addSubcommand(new FilesCommands(exchange))
        .addSubcommand(new TunnelCommand(exchange))
        .addSubcommand(new DefinitionCommands(exchange))
        .addSubcommand(new LicenseCommands(exchange))
        .addSubcommand(new WebhookCommands(exchange))
        .addSubcommand(new KeyCommands(exchange))
        .addSubcommand(new MemberCommands(exchange))
        .addSubcommand(new AuditCommand(exchange))
        .addSubcommand(new CompletionCommand(exchange))
        .registerConverter(Limit.class, Cli::limit)
        .registerConverter(Moment.class, text -> moment(text, surroundings))
        .registerConverter(Duration.class, Cli::duration)
        .setExpandAtFiles(false)
        .setUsageHelpAutoWidth(false)
        .setColorScheme(
            CommandLine.Help.defaultColorScheme(surroundings.colours() ? Ansi.ON : Ansi.OFF))
        .setOut(surroundings.out())
        .setErr(surroundings.err())
        .setParameterExceptionHandler((mistake, _) -> explain(mistake, surroundings))
        .setExecutionExceptionHandler((failure, _, _) -> failed(failure, surroundings));
  }

  private static int explain(ParameterException mistake, Surroundings surroundings) {
    complain(surroundings, String.valueOf(mistake.getMessage()));
    CommandLine.UnmatchedArgumentException.printSuggestions(mistake, surroundings.err());
    surroundings
        .err()
        .println("See " + mistake.getCommandLine().getCommandSpec().qualifiedName() + " --help");
    return ExitCode.USAGE;
  }

  private static int failed(Exception failure, Surroundings surroundings) {
    complain(surroundings, sentence(failure));
    return switch (failure) {
      case CliException known -> known.exitCode();
      case ApiException refusal -> ExitCode.of(refusal);
      case RefusedException refusal -> ExitCode.of(refusal);
      case UnreachableException _ -> ExitCode.UNREACHABLE;
      case ProfileException _ -> ExitCode.NOT_SIGNED_IN;
      default -> ExitCode.FAILED;
    };
  }

  static String sentence(Exception failure) {
    return switch (failure) {
      case ApiException refusal when !refusal.code().isEmpty() ->
          "%s (%s, HTTP %d)".formatted(refusal.getMessage(), refusal.code(), refusal.status());
      case RefusedException refusal -> "%s (%s)".formatted(refusal.getMessage(), refusal.code());
      case ApiException _, CliException _, UnreachableException _, ProfileException _ ->
          String.valueOf(failure.getMessage());
      default -> "something is broken in this client: " + failure;
    };
  }

  static void complain(Surroundings surroundings, String sentence) {
    surroundings.err().println("iottly cli: " + Text.safe(sentence));
  }

  private static Limit limit(String text) {
    if (text.equals("all")) {
      return Limit.ALL;
    }
    if (text.matches("[1-9]\\d{0,8}")) {
      return new Limit(Integer.parseInt(text));
    }
    throw new TypeConversionException("'" + text + "': write a number from 1 on, or 'all'");
  }

  private static Moment moment(String text, Surroundings surroundings) {
    try {
      return Moment.parse(text, surroundings.clock().instant());
    } catch (DateTimeException e) {
      throw new TypeConversionException(
          "'%s': write a time such as 2026-05-31T18:00:00Z or 2026-05-31 (in UTC), or an age such as 2h"
              .formatted(text));
    }
  }

  private static Duration duration(String text) {
    try {
      return Moment.duration(text.matches("\\d+") ? text + "s" : text);
    } catch (DateTimeException e) {
      throw new TypeConversionException(
          "'%s': write a whole number and one of s, m, h, d, such as 30s or 12h".formatted(text));
    }
  }
}
