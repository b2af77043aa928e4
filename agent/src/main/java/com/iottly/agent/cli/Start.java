package com.iottly.agent.cli;

import com.iottly.agent.Agent;
import com.iottly.agent.Build;
import com.iottly.agent.command.CommandException;
import com.iottly.agent.config.AgentConfig;
import com.iottly.agent.config.ConfigException;
import com.iottly.agent.config.ConfigFile;
import com.iottly.agent.config.Settings;
import com.iottly.agent.log.Log;
import com.iottly.agent.provision.RegisterSettings;
import com.iottly.agent.provision.SelfRegistration;
import com.iottly.agent.spool.SpoolException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** Runs the agent until it is told to stop. Kept free of the option parser. */
final class Start {

  private final Path file;
  private final Map<String, String> environment;
  private final Build build = Build.current();
  private final CountDownLatch stop = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile int code = ExitCode.FAILED;

  private Start(Path file, Map<String, String> environment) {
    this.file = file;
    this.environment = environment;
  }

  /**
   * Runs in the foreground until SIGTERM, SIGINT or {@code iottly-agent stop}, which stop it
   * cleanly with the exit code 0; SIGHUP reads the configuration again. A machine that is no device
   * yet is made one first when {@code registersettings.json} says how.
   *
   * @throws ConfigException when the configuration can't be used
   */
  static int run(ConfigSource source, Map<String, String> environment) {
    return new Start(source.file(), environment).run(source);
  }

  private int run(ConfigSource source) {
    boolean registersItself = RegisterSettings.isBeside(file);
    Settings settings =
        registersItself ? source.settingsOrSample(environment) : source.settings(environment);
    AgentConfig config = checked(settings);
    Optional<String> obstacle = config.agent().tokenFinding();
    if (obstacle.isPresent() && !registersItself) {
      settings.warnings().forEach(System.err::println);
      throw new ConfigException(file + ": " + obstacle.get());
    }
    try (Log log = log(config)) {
      Runtime.getRuntime().addShutdownHook(new Thread(this::stopAndEnd, "iottly-stop"));
      settings.warnings().forEach(log::warn);
      ConfigFile.finding(file, "the device token").ifPresent(log::warn);
      log.info("iottly-agent " + build.version() + " starts with " + file);
      obstacle.ifPresent(log::warn);
      code = run(settings, registersItself, obstacle.isPresent(), log);
    } finally {
      stopped.countDown();
    }
    return code;
  }

  private int run(Settings settings, boolean registersItself, boolean register, Log log) {
    try {
      if (!register) {
        if (registersItself) {
          SelfRegistration.tidyUp(file, settings.check().agent().token(), log);
        }
        runAgent(settings, log);
      } else if (registered(settings.check(), log)) {
        runAgent(new ConfigSource(file).settings(environment), log);
      }
      return ExitCode.OK;
    } catch (InterruptedException e) {
      return ExitCode.OK;
    } catch (ConfigException e) {
      return failed(e, ExitCode.CONFIG, log);
    } catch (IOException | SpoolException | CommandException e) {
      return failed(e, ExitCode.FAILED, log);
    }
  }

  private int failed(Exception failure, int with, Log log) {
    String sentence = "the agent can't start: " + failure.getMessage();
    log.error(sentence);
    if (underSystemd()) {
      System.err.println("iottly-agent: " + sentence);
    }
    return with;
  }

  /** The configuration; when it can't be used, what is odd about it is said as well. */
  private static AgentConfig checked(Settings settings) {
    try {
      return settings.check();
    } catch (ConfigException e) {
      settings.warnings().forEach(System.err::println);
      throw e;
    }
  }

  private boolean registered(AgentConfig config, Log log) throws IOException, InterruptedException {
    RegisterSettings self = RegisterSettings.beside(file);
    HangUp.handle(() -> log.info("nothing is read again while this machine registers itself"));
    ConfigFile.finding(self.file(), "an API key").ifPresent(log::warn);
    try (FirstBoot boot = FirstBoot.open(self, file, config, environment, build, stop, log)) {
      return boot.run();
    }
  }

  private void runAgent(Settings settings, Log log) throws IOException, InterruptedException {
    try (Agent agent = Agent.open(file, settings, environment, build, stop::countDown, log)) {
      HangUp.handle(agent::reload);
      agent.ready();
      stop.await();
      log.info("iottly-agent stops");
    }
  }

  /** The JVM's end waits for the main thread, which closes everything in order. */
  private void stopAndEnd() {
    stop.countDown();
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(code);
  }

  /** In the foreground the log goes to standard error as well; under systemd to the file alone. */
  private Log log(AgentConfig config) {
    PrintStream console = underSystemd() ? null : System.err;
    return new Log(
        config.agent().logLevel(), InstantSource.system(), Agent.logFile(config), console);
  }

  private boolean underSystemd() {
    return environment.containsKey("JOURNAL_STREAM");
  }
}
