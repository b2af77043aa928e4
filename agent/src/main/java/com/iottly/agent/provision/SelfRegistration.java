package com.iottly.agent.provision;

import com.iottly.agent.config.ConfigException;
import com.iottly.agent.config.Identity;
import com.iottly.agent.log.Log;
import com.iottly.agent.machine.Binding;
import com.iottly.agent.machine.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import okhttp3.OkHttpClient;

/**
 * Makes this machine a device without anybody's help, from {@code registersettings.json}: tries
 * until the platform has answered with a token, then removes the file, whose API key no device
 * needs any more. The caller's thread does the work.
 */
public final class SelfRegistration {

  private static final int RARELY = 5;

  private final RegisterSettings settings;
  private final Path configFile;
  private final OkHttpClient client;
  private final String version;
  private final Supplier<Duration> pauses;
  private final CountDownLatch stop;
  private final Log log;
  private volatile String problem = "";

  /**
   * A registration that has not begun.
   *
   * @param pauses how long to wait after each failure; after a refusal several times that
   * @param stop ends the attempts when it reaches zero
   */
  public SelfRegistration(
      RegisterSettings settings,
      Path configFile,
      OkHttpClient client,
      String version,
      Supplier<Duration> pauses,
      CountDownLatch stop,
      Log log) {
    this.settings = settings;
    this.configFile = configFile;
    this.client = client;
    this.version = version;
    this.pauses = pauses;
    this.stop = stop;
    this.log = log;
  }

  /** Why the last attempt failed, or empty. Any thread. */
  public String problem() {
    return problem;
  }

  /** Tries until it worked; false when it was stopped before. */
  public boolean run() throws InterruptedException {
    log.info(
        "registering this machine at " + settings.platform() + ", as " + settings.file() + " says");
    while (true) {
      Duration pause = pauses.get();
      try {
        Provisioner.Device device =
            new Provisioner(client).provision(registration(), configFile, false);
        log.info(
            "this machine is now the device %s (%s) of project %s"
                .formatted(device.name(), device.device(), device.project()));
        forget(settings.file(), log);
        return true;
      } catch (ProvisionException e) {
        problem = String.valueOf(e.getMessage());
        pause = e.isPassing() ? pause : pause.multipliedBy(RARELY);
        log.error("not registered: %s; next try in %d s".formatted(problem, pause.toSeconds()));
      }
      if (stop.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
        return false;
      }
    }
  }

  private Registration registration() throws InterruptedException {
    Machine machine = Machine.current();
    if (machine.macAddress().isEmpty()) {
      throw ProvisionException.passing(
          "this machine has no network interface with a MAC address yet");
    }
    return new Registration(
        settings.platform(),
        settings.permission(),
        settings.deviceName(log::error),
        Optional.empty(),
        version,
        machine,
        new Binding(machine.macAddress(), machine.machineId()));
  }

  /**
   * Finishes what a crash between registration and removal left: the file beside the configuration
   * goes when it names the project of the token. Another project's stays, with a warning.
   */
  public static void tidyUp(Path configFile, String token, Log log) {
    Path file = RegisterSettings.pathBeside(configFile);
    String project = Identity.of(token).map(Identity::project).orElse("");
    try {
      if (RegisterSettings.read(file).permission().project().equals(project)) {
        forget(file, log);
      } else {
        log.warn(
            file
                + " names another project than this device has and is not used; to move the device,"
                + " run `iottly-agent provision`; to stay, remove the file: it holds an API key");
      }
    } catch (ConfigException e) {
      log.warn("not used, since this machine is a device: " + e.getMessage());
    }
  }

  private static void forget(Path file, Log log) {
    try {
      Files.deleteIfExists(file);
      log.info(file + " is removed, and its API key with it");
    } catch (IOException e) {
      log.error(
          "%s can't be removed (%s); it holds an API key: remove it"
              .formatted(file, e.getMessage()));
    }
  }
}
