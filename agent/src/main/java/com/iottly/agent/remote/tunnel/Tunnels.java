package com.iottly.agent.remote.tunnel;

import com.iottly.agent.channel.Channel;
import com.iottly.agent.channel.Priority;
import com.iottly.agent.channel.RefusedException;
import com.iottly.agent.channel.Service;
import com.iottly.agent.channel.Session;
import com.iottly.agent.config.RemoteConfig;
import com.iottly.agent.log.Log;
import com.iottly.agent.remote.policy.Arguments;
import com.iottly.agent.remote.policy.Refusals;
import com.iottly.agent.remote.policy.Seats;
import java.io.IOException;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** TCP connections from this device to what its configuration lists; a channel for each. */
public final class Tunnels implements Service {

  /** What the service is called. */
  public static final String NAME = "tunnel";

  private final LongSupplier nanoTime;
  private final Log log;
  private final Seats<Tunnel> seats = new Seats<>("[remote] tunnel_sessions");
  private volatile RemoteConfig.Tunnel config;

  /** No tunnel yet. */
  public Tunnels(RemoteConfig.Tunnel config, LongSupplier nanoTime, Log log) {
    this.config = config;
    this.nanoTime = nanoTime;
    this.log = log;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Priority priority() {
    return Priority.BULK;
  }

  /** From now on that counts; connections that are not allowed any more are ended. */
  public void configure(RemoteConfig.Tunnel changed) {
    config = changed;
    seats.all().forEach(this::endUnlessAllowed);
  }

  private void endUnlessAllowed(Tunnel tunnel) {
    try {
      checkAllowed(tunnel.target());
    } catch (RefusedException why) {
      tunnel.end(why);
    }
  }

  private void checkAllowed(Tunnel.Target target) throws RefusedException {
    if (!config.enabled()) {
      throw Refusals.disabled(NAME);
    }
    if (!config.allows(target.host(), target.port())) {
      throw Refusals.notAllowed("a connection to " + target, "tunnel_targets");
    }
  }

  @Override
  public Session open(Map<String, @Nullable Object> members, Channel channel)
      throws RefusedException, IOException {
    var arguments = new Arguments(members);
    int port = (int) arguments.number("port", 1, 65_535);
    var target = new Tunnel.Target(arguments.text("host"), port);
    checkAllowed(target);
    var tunnel = new Tunnel(target, channel, config.idle(), nanoTime, log, seats::leave);
    seats.take(tunnel, config.sessions());
    try {
      tunnel.connect();
    } catch (RefusedException | IOException | RuntimeException e) {
      seats.leave(tunnel);
      throw e;
    }
    log.info("%s opened a tunnel to %s".formatted(arguments.by(), target));
    endUnlessAllowed(tunnel);
    return tunnel;
  }
}
