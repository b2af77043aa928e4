package com.iottly.agent.cli;

import com.iottly.agent.Agent;
import com.iottly.agent.Build;
import com.iottly.agent.config.AgentConfig;
import com.iottly.agent.config.ConfigException;
import com.iottly.agent.control.ControlServer;
import com.iottly.agent.link.Backoff;
import com.iottly.agent.log.Log;
import com.iottly.agent.net.HttpClients;
import com.iottly.agent.provision.RegisterSettings;
import com.iottly.agent.provision.SelfRegistration;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** The time before this machine is a device: it registers itself, and says how that goes. */
final class FirstBoot implements AutoCloseable {

  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final SelfRegistration registration;
  private final Build build;
  private final CountDownLatch stop;
  private final ControlServer control;

  static FirstBoot open(
      RegisterSettings settings,
      Path file,
      AgentConfig config,
      Map<String, String> environment,
      Build build,
      CountDownLatch stop,
      Log log)
      throws IOException {
    if (!config.security().allows(settings.platform())) {
      throw new ConfigException(
          settings.file()
              + ": "
              + settings.platform()
              + " is not encrypted; use REGISTRATION_PROTOCOL https, or set [security]"
              + " allow_plaintext = true");
    }
    AgentConfig.Connection pauses = config.connection();
    var backoff =
        new Backoff(pauses.reconnectInterval(), pauses.reconnectMax(), new SecureRandom());
    var client = HttpClients.create(config.security(), environment, TIMEOUT);
    var registration =
        new SelfRegistration(settings, file, client, build.version(), backoff::next, stop, log);
    Path socket = config.agent().runDir().resolve(Agent.CONTROL_SOCKET);
    return new FirstBoot(registration, build, stop, socket, log);
  }

  private FirstBoot(
      SelfRegistration registration, Build build, CountDownLatch stop, Path socket, Log log)
      throws IOException {
    this.registration = registration;
    this.build = build;
    this.stop = stop;
    this.control = ControlServer.open(socket, this::answer, log);
  }

  /** Whether this machine is a device now; otherwise the agent was told to stop. */
  boolean run() throws InterruptedException {
    return registration.run();
  }

  private Map<String, ?> answer(Map<String, @Nullable Object> request) {
    return switch (String.valueOf(request.get("do"))) {
      case "status" ->
          Map.of(
              "version", build.version(),
              "pid", ProcessHandle.current().pid(),
              "connected", false,
              "state", "registering",
              "detail", registration.problem());
      case "stop" -> {
        stop.countDown();
        yield Map.of("pid", ProcessHandle.current().pid());
      }
      default -> Map.of("error", "this machine is no device yet: it is registering itself");
    };
  }

  @Override
  public void close() {
    control.close();
  }
}
