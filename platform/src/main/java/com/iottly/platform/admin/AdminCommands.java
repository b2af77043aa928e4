package com.iottly.platform.admin;

import com.iottly.platform.access.AccessException;
import com.iottly.platform.access.Scope;
import com.iottly.platform.audit.Actor;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.fleet.DeviceType;
import com.iottly.platform.fleet.LicenseToken;
import com.iottly.platform.sql.SqlException;
import java.io.PrintWriter;
import java.io.Reader;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/**
 * The command tree of {@code iottly admin}. Any thread; a run blocks on disk, and on its input when
 * its command reads one. Nothing is read or written but what is handed in.
 */
public final class AdminCommands {

  private static final Logger LOG = LoggerFactory.getLogger(AdminCommands.class);

  private static final Actor OPERATOR = new Actor(Actor.Kind.ADMIN_SOCKET, "", null);

  private final AdminRooms rooms;

  public AdminCommands(AdminRooms rooms) {
    this.rooms = rooms;
  }

  /**
   * Runs one command.
   *
   * @param arguments what stands behind {@code iottly admin}
   * @param in where a password is read from, one line
   * @param out what was asked for
   * @param err what a person should know besides, and why not
   * @return 0 done, 1 refused or not found, 2 wrong usage
   */
  public int run(List<String> arguments, Reader in, PrintWriter out, PrintWriter err) {
    CommandLine tree = tree(new Exchange(() -> rooms, in, out, err), out, err);
    int exit = OPERATOR.does(() -> tree.execute(arguments.toArray(String[]::new)));
    out.flush();
    err.flush();
    return exit;
  }

  /** What can be said of a command line without doing anything. */
  sealed interface Look {

    /** It was a question for help or a mistake, and the answer is printed. */
    record Answered(int exit) implements Look {}

    /** It may be run. */
    record Complete(boolean readsInput) implements Look {}
  }

  static Look look(List<String> arguments, PrintWriter out, PrintWriter err) {
    Supplier<AdminRooms> none =
        () -> {
          throw new IllegalStateException("looking at a command must not run it");
        };
    CommandLine tree = tree(new Exchange(none, Reader.nullReader(), out, err), out, err);
    try {
      ParseResult parsed = tree.parseArgs(arguments.toArray(String[]::new));
      Integer helped = CommandLine.executeHelpRequest(parsed);
      if (helped != null) {
        out.flush();
        return new Look.Answered(Exchange.DONE);
      }
      CommandSpec command = parsed.asCommandLineList().getLast().getCommandSpec();
      if (!command.subcommands().isEmpty()) {
        throw new ParameterException(command.commandLine(), "a command is missing");
      }
      return new Look.Complete(
          command.userObject() instanceof Method method
              && method.isAnnotationPresent(ReadsInput.class));
    } catch (ParameterException e) {
      return new Look.Answered(explain(e, err));
    }
  }

  private static CommandLine tree(Exchange exchange, PrintWriter out, PrintWriter err) {
    CommandLine tree =
        new CommandLine(new AdminRoot(exchange))
            .addSubcommand(new ProjectCommands(exchange))
            .addSubcommand(new KeyCommands(exchange))
            .addSubcommand(new LicenseCommands(exchange))
            .addSubcommand(new DeviceCommands(exchange))
            .addSubcommand(new UserCommands(exchange))
            .addSubcommand(new SigningKeyCommands(exchange));
    return tree.registerConverter(ProjectId.class, parsed(ProjectId::parse, PROJECT_SHAPE))
        .registerConverter(DeviceId.class, parsed(DeviceId::parse, DEVICE_SHAPE))
        .registerConverter(LicenseToken.class, parsed(LicenseToken::parse, LICENSE_SHAPE))
        .registerConverter(DeviceType.class, parsed(DeviceType::of, "it must be one of " + types()))
        .registerConverter(Scope.class, parsed(Scope::of, "it must be one of " + scopes()))
        .registerConverter(Duration.class, AdminCommands::time)
        .setExpandAtFiles(false)
        .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
        .setOut(out)
        .setErr(err)
        .setParameterExceptionHandler((e, _) -> explain(e, err))
        .setExecutionExceptionHandler((e, command, _) -> broken(e, command, err));
  }

  private static final String PROJECT_SHAPE = "a project's id has 24 lower-case hex digits";
  private static final String DEVICE_SHAPE =
      "a device's id is a lower-case UUID such as 4d1b9a34-6c1f-4f5e-8a55-0c9f5b0c7a21";
  private static final String LICENSE_SHAPE = "a license's token has 32 lower-case hex digits";

  private static String types() {
    return Arrays.stream(DeviceType.values())
        .map(type -> '"' + type.label() + '"')
        .collect(Collectors.joining(", "));
  }

  private static String scopes() {
    return Arrays.stream(Scope.values()).map(Scope::wireName).collect(Collectors.joining(", "));
  }

  private static <T> ITypeConverter<T> parsed(Function<String, Optional<T>> parse, String rule) {
    return text ->
        parse.apply(text).orElseThrow(() -> new TypeConversionException("'" + text + "': " + rule));
  }

  private static Duration time(String text) {
    try {
      return Amounts.time(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException("'" + text + "': " + e.getMessage());
    }
  }

  private static int explain(ParameterException mistake, PrintWriter err) {
    Exchange.complain(err, String.valueOf(mistake.getMessage()));
    CommandLine.UnmatchedArgumentException.printSuggestions(mistake, err);
    err.println("See " + mistake.getCommandLine().getCommandSpec().qualifiedName() + " --help");
    err.flush();
    return Exchange.USAGE;
  }

  private static int broken(Exception failure, CommandLine command, PrintWriter err) {
    String name = command.getCommandSpec().qualifiedName();
    LOG.atError().addKeyValue("command", name).setCause(failure).log("An admin command failed");
    boolean explained = failure instanceof SqlException || failure instanceof AccessException;
    Exchange.complain(
        err,
        explained
            ? failure.getMessage() + "; see the log for more"
            : "something is broken ("
                + failure.getClass().getSimpleName()
                + "): see the log, and look whether the command was done");
    return Exchange.REFUSED;
  }
}
