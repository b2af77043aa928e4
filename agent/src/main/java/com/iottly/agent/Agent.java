package com.iottly.agent;

import com.iottly.agent.channel.ChannelLimits;
import com.iottly.agent.channel.Channels;
import com.iottly.agent.clock.DeviceClock;
import com.iottly.agent.command.Commands;
import com.iottly.agent.command.Echo;
import com.iottly.agent.config.AgentConfig;
import com.iottly.agent.config.ConfigException;
import com.iottly.agent.config.ConfigWatch;
import com.iottly.agent.config.Identity;
import com.iottly.agent.config.Settings;
import com.iottly.agent.control.ControlServer;
import com.iottly.agent.json.Json;
import com.iottly.agent.link.Link;
import com.iottly.agent.link.LinkSettings;
import com.iottly.agent.link.Self;
import com.iottly.agent.log.Log;
import com.iottly.agent.log.RotatingFile;
import com.iottly.agent.machine.Machine;
import com.iottly.agent.machine.StartPages;
import com.iottly.agent.net.HttpClients;
import com.iottly.agent.net.Renewal;
import com.iottly.agent.remote.Remote;
import com.iottly.agent.spool.AppendOutcome;
import com.iottly.agent.spool.DeviceSpools;
import com.iottly.agent.spool.Spool;
import com.iottly.agent.spool.SpoolSettings;
import com.iottly.agent.systemd.Systemd;
import com.iottly.agent.telemetry.LastRun;
import com.iottly.agent.telemetry.Telemetry;
import com.iottly.wire.Frame.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/** The running agent: every room, opened top to bottom and closed bottom to top. */
public final class Agent implements AutoCloseable {

  /** The control socket's name in the run directory. */
  public static final String CONTROL_SOCKET = "control";

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration MAX_CLOCK_OFFSET = Duration.ofMinutes(1);
  private static final int LOOKS_OF_THE_START = 3;
  private static final Duration RETRY = Duration.ofSeconds(5);

  private final Map<String, String> environment;
  private final Log log;
  private final Systemd systemd;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  /** The configuration thread's, once the rooms are open. */
  private AgentConfig applied;

  private OkHttpClient client;
  private volatile @Nullable ConfigWatch watch;

  /**
   * Opens the agent; it connects on its own from then on. What was opened is closed again when a
   * later room can't be.
   *
   * @param file the configuration, to be read again when it changes
   * @param settings what was read from it
   * @param environment for the proxy variables, and what overrides the file
   * @param stop what {@code iottly-agent stop} asks for; returns at once
   */
  public static Agent open(
      Path file,
      Settings settings,
      Map<String, String> environment,
      Build build,
      Runnable stop,
      Log log)
      throws IOException {
    Agent agent = new Agent(settings, environment, log);
    try {
      agent.openRooms(file, settings, build, stop);
      return agent;
    } catch (IOException | RuntimeException e) {
      agent.close();
      throw e;
    }
  }

  private Agent(Settings settings, Map<String, String> environment, Log log) {
    this.environment = environment;
    this.log = log;
    this.systemd = Systemd.of(environment, System::nanoTime, log);
    this.applied = settings.check();
    this.client = client(applied);
  }

  private void openRooms(Path file, Settings settings, Build build, Runnable stop)
      throws IOException {
    AgentConfig config = applied;
    Machine machine = Machine.current();
    InstantSource wall = InstantSource.system();
    DeviceClock clock = new DeviceClock(wall, build.built(), MAX_CLOCK_OFFSET);
    AgentConfig.Spool place = config.spool();
    Path own =
        new DeviceSpools(place.dir(), place.maxAge(), clock, log)
            .of(Identity.of(config.agent().token()).map(Identity::device));
    SpoolSettings caps = SpoolSettings.of(own, place.maxBytes(), place.maxAge());
    Spool spool = closing(Spool.open(caps, clock, new SecureRandom(), log));
    LastRun lastRun = new LastRun(place.dir().resolve("last-run"), machine.bootId(), log);
    sayStarted(lastRun.begin(), machine, build, spool);
    open.push(lastRun::end);
    var handlers = Map.of(Echo.TYPE, new Echo(spool));
    Path journal = own.resolve("commands");
    Commands commands =
        closing(Commands.open(journal, spool, Map.copyOf(handlers), System::nanoTime, RETRY, log));
    var self = new Self(build.version(), machine.facts());
    Channels channels = new Channels(ChannelLimits.of(config.remote().maxChannels()), log);
    Remote remote =
        closing(
            new Remote(
                config.remote(),
                config.agent().logFile(),
                channels,
                environment,
                System::nanoTime,
                wall,
                new SecureRandom(),
                log));
    Link link =
        closing(
            new Link(
                linkSettings(config),
                client,
                spool,
                clock,
                self,
                commands::accept,
                channels,
                systemd::alive,
                new SecureRandom(),
                log));
    AgentConfig.Telemetry sampling = config.telemetry();
    Telemetry telemetry =
        closing(new Telemetry(sampling.enabled(), sampling.interval(), spool, clock, log));
    Reload reload =
        new Reload(
            file,
            environment,
            settings,
            (changed, asked) -> apply(changed, asked, link, telemetry, remote),
            log);
    Renewal renewal =
        new Renewal(file, wall, System::nanoTime, new SecureRandom(), this::reload, log);
    watch = closing(new ConfigWatch(file, ConfigWatch.INTERVAL, looking(reload, renewal)));
    Control control =
        new Control(build, file, config, spool, link, clock, reload, log, stop, wall.instant());
    Path socket = config.agent().runDir().resolve(CONTROL_SOCKET);
    closing(ControlServer.open(socket, control::answer, log));
  }

  private ConfigWatch.Listener looking(Reload reload, Renewal renewal) {
    return new ConfigWatch.Listener() {
      private int looks;

      @Override
      public void changed(boolean asked) {
        if (asked) {
          systemd.reloading();
        }
        reload.run(asked);
        if (asked) {
          systemd.ready();
          renewal.look(client, applied, true);
        }
      }

      @Override
      public void looked() {
        renewal.look(client, applied, false);
        if (++looks == LOOKS_OF_THE_START) {
          letStartGo();
        }
      }
    };
  }

  private void letStartGo() {
    try {
      long bytes = StartPages.release();
      log.debug("let go of %d MB that the start needed".formatted(bytes / 1_000_000));
    } catch (IOException e) {
      log.debug("what the start needed stays in memory: " + e.getMessage());
    }
  }

  private <T extends AutoCloseable> T closing(T room) {
    open.push(room);
    return room;
  }

  /** All of it or nothing: what can fail comes first. */
  private void apply(
      AgentConfig config, boolean asked, Link link, Telemetry telemetry, Remote remote) {
    if (asked || !config.security().equals(applied.security())) {
      client = client(config);
    }
    if (asked || !config.agent().equals(applied.agent())) {
      log.configure(config.agent().logLevel(), logFile(config));
    }
    link.configure(linkSettings(config), client);
    telemetry.configure(config.telemetry().enabled(), config.telemetry().interval());
    remote.configure(config.remote(), config.agent().logFile());
    applied = config;
  }

  private OkHttpClient client(AgentConfig config) {
    return HttpClients.create(config.security(), environment, CONNECT_TIMEOUT);
  }

  /**
   * Finds out whether the network settings can be used, without using the network.
   *
   * @throws ConfigException when they can't
   */
  public static void checkNetwork(AgentConfig config, Map<String, String> environment) {
    OkHttpClient _ = HttpClients.create(config.security(), environment, CONNECT_TIMEOUT);
  }

  /** The file the log goes to. */
  public static RotatingFile logFile(AgentConfig config) {
    return new RotatingFile(
        config.agent().logFile(), RotatingFile.DEFAULT_MAX_BYTES, RotatingFile.DEFAULT_KEEP);
  }

  private static LinkSettings linkSettings(AgentConfig config) {
    AgentConfig.Connection connection = config.connection();
    return LinkSettings.of(
        connection.endpoint(),
        config.agent().token(),
        connection.reconnectInterval(),
        connection.reconnectMax(),
        connection.heartbeat(),
        config.telemetry().bufferSize(),
        config.telemetry().flushInterval());
  }

  private void sayStarted(String cause, Machine machine, Build build, Spool spool) {
    var started = new LinkedHashMap<String, Object>();
    started.put("agentstatus", "started");
    started.put("version", build.version());
    started.put("boot_id", machine.bootId());
    started.put("restart_cause", cause);
    AppendOutcome outcome = spool.append(Kind.IOTTLYAGENT, null, Json.payload(started)).join();
    if (!(outcome instanceof AppendOutcome.Stored)) {
      log.warn("the message that the agent started is lost: " + outcome);
    }
  }

  /** Tells systemd that the agent is at work and hears signals. */
  public void ready() {
    systemd.ready();
  }

  /** Reads the configuration again and opens the log file anew. Any thread. */
  public void reload() {
    ConfigWatch watching = watch;
    if (watching != null) {
      watching.reload();
    }
  }

  /** Closes every room in the reverse order of their opening. */
  @Override
  public void close() {
    systemd.stopping();
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        log.error("stopping", e);
      }
    }
  }
}
