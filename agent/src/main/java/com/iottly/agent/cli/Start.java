package com.iottly.agent.cli;

import com.iottly.agent.Agent;
import com.iottly.agent.Build;
import com.iottly.agent.command.CommandException;
import com.iottly.agent.config.AgentConfig;
import com.iottly.agent.config.ConfigException;
import com.iottly.agent.config.ConfigFile;
import com.iottly.agent.config.Settings;
import com.iottly.agent.log.Log;
import com.iottly.agent.spool.SpoolException;
import java.io.IOException;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** Runs the agent until it is told to stop. Kept free of the option parser. */
final class Start {

  private Start() {}

  /**
   * Runs in the foreground until SIGTERM or SIGINT, which stop it cleanly with the exit code 0;
   * SIGHUP reads the configuration again.
   *
   * @throws ConfigException when the configuration can't be used
   */
  static int run(ConfigSource source, Map<String, String> environment) {
    Settings settings = source.settings(environment);
    AgentConfig config = settings.check();
    config
        .agent()
        .tokenFinding()
        .ifPresent(finding -> {
          throw new ConfigException(source.file() + ": " + finding);
        });
    Build build = Build.current();
    Log log = log(config, environment);
    settings.warnings().forEach(log::warn);
    ConfigFile.finding(source.file()).ifPresent(log::warn);
    log.info("iottly-agent " + build.version() + " starts with " + source.file());
    try {
      Agent agent = Agent.open(source.file(), settings, environment, build, log);
      HangUp.handle(agent::reload);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(agent, log), "iottly-stop"));
      new CountDownLatch(1).await();
      return ExitCode.OK;
    } catch (IOException | SpoolException | CommandException e) {
      return failed(log, e);
    } catch (InterruptedException e) {
      return ExitCode.OK;
    }
  }

  private static int failed(Log log, Exception failure) {
    log.error("the agent can't start: " + failure.getMessage());
    log.close();
    return ExitCode.FAILED;
  }

  private static void stop(Agent agent, Log log) {
    log.info("iottly-agent stops");
    agent.close();
    log.close();
    Runtime.getRuntime().halt(ExitCode.OK);
  }

  /** In the foreground the log goes to standard error as well; under systemd to the file alone. */
  private static Log log(AgentConfig config, Map<String, String> environment) {
    PrintStream console = environment.containsKey("JOURNAL_STREAM") ? null : System.err;
    return new Log(
        config.agent().logLevel(), InstantSource.system(), Agent.logFile(config), console);
  }
}
