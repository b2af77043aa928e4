package com.iottly.agent.remote;

import com.iottly.agent.channel.Channels;
import com.iottly.agent.channel.Service;
import com.iottly.agent.config.RemoteConfig;
import com.iottly.agent.log.Log;
import com.iottly.agent.remote.files.FileService;
import com.iottly.agent.remote.logs.Logs;
import com.iottly.agent.remote.shell.Shells;
import com.iottly.agent.remote.tunnel.Tunnels;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** The services that the configuration allows, offered to the platform. */
public final class Remote implements AutoCloseable {

  private final Channels channels;
  private final Logs logs;
  private final Shells shells;
  private final FileService files;
  private final Tunnels tunnels;

  /**
   * Offers what is allowed.
   *
   * @param ownLog the agent's log file
   * @param environment the agent's, for the home and the language of shells
   * @param nanoTime a monotonic clock
   */
  public Remote(
      RemoteConfig config,
      Path ownLog,
      Channels channels,
      Map<String, String> environment,
      LongSupplier nanoTime,
      InstantSource clock,
      SecureRandom random,
      Log log) {
    this.channels = channels;
    this.logs = new Logs(config.logs(), ownLog, nanoTime, log);
    this.shells = new Shells(config.shell(), environment, random, nanoTime, log);
    this.files = new FileService(config.files(), clock, log);
    this.tunnels = new Tunnels(config.tunnel(), nanoTime, log);
    offer(config);
  }

  /**
   * From now on that is allowed, and what is not any more is ended. The platform is told with the
   * next connection, and refused by name until then.
   */
  public void configure(RemoteConfig config, Path ownLog) {
    offer(config);
    logs.configure(config.logs(), ownLog);
    shells.configure(config.shell());
    files.configure(config.files());
    tunnels.configure(config.tunnel());
  }

  private void offer(RemoteConfig config) {
    List<Service> allowed = new ArrayList<>();
    if (config.logs().enabled()) {
      allowed.add(logs);
    }
    if (config.shell().enabled()) {
      allowed.add(shells);
    }
    if (config.files().enabled()) {
      allowed.add(files);
    }
    if (config.tunnel().enabled()) {
      allowed.add(tunnels);
    }
    channels.offer(allowed);
  }

  /** Ends the shells; what else is open ends with the connection. */
  @Override
  public void close() {
    shells.close();
  }
}
