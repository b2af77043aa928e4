package com.iottly.agent.cli;

import com.iottly.agent.config.ConfigException;
import com.iottly.agent.control.ControlException;
import com.iottly.agent.provision.ProvisionException;
import com.iottly.agent.update.UpdateException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import picocli.CommandLine;

/** {@code iottly-agent}. */
public final class Main {

  private Main() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] arguments) {
    int code = isPlainStart(arguments) ? start(arguments) : commandLine().execute(arguments);
    System.exit(code);
  }

  /** The service's own call needs no option parser: {@code start [--config FILE]}. */
  private static boolean isPlainStart(String[] arguments) {
    return (arguments.length == 1 && arguments[0].equals("start"))
        || (arguments.length == 3
            && arguments[0].equals("start")
            && arguments[1].equals("--config"));
  }

  private static int start(String[] arguments) {
    Path named = arguments.length == 3 ? Path.of(arguments[2]) : null;
    try {
      return Start.run(ConfigSource.of(named, System.getenv()), System.getenv());
    } catch (ConfigException e) {
      System.err.println("iottly-agent: " + e.getMessage());
      return ExitCode.CONFIG;
    }
  }

  static CommandLine commandLine() {
    return new CommandLine(new IottlyAgent())
        .setExecutionExceptionHandler((failure, commandLine, _) -> {
          commandLine.getErr().println("iottly-agent: " + sentence(failure));
          return code(failure);
        });
  }

  /** The messages of the file system's exceptions are mere names. */
  private static String sentence(Exception failure) {
    return switch (failure) {
      case NoSuchFileException missing -> missing.getFile() + " does not exist";
      case AccessDeniedException denied -> denied.getFile() + ": permission denied";
      default -> String.valueOf(failure.getMessage());
    };
  }

  private static int code(Exception failure) {
    return switch (failure) {
      case ConfigException _ -> ExitCode.CONFIG;
      case ControlException _ -> ExitCode.NOT_RUNNING;
      case ProvisionException _, UpdateException _ -> ExitCode.REFUSED;
      default -> ExitCode.FAILED;
    };
  }
}
