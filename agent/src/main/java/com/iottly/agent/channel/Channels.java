package com.iottly.agent.channel;

import com.iottly.agent.log.Log;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The services this device offers, for each connection that comes. Any thread. */
public final class Channels {

  private final ChannelLimits limits;
  private final Log log;
  private volatile Map<String, Service> services = Map.of();

  /** Without services yet. */
  public Channels(ChannelLimits limits, Log log) {
    this.limits = limits;
    this.log = log;
  }

  /** From now on these; channels that are open stay. */
  public void offer(List<Service> offered) {
    var byName = new TreeMap<String, Service>();
    offered.forEach(service -> byName.put(service.name(), service));
    services = Map.copyOf(byName);
  }

  /** The names of the services, for HELLO. */
  public List<String> names() {
    return services.keySet().stream().sorted().toList();
  }

  /**
   * The channels of a new connection.
   *
   * @param wake tells the link that there is something to send; called with a lock held, so it must
   *     only leave a note
   */
  public Multiplexer connect(Runnable wake) {
    return new Multiplexer(() -> services, limits, wake, log);
  }
}
