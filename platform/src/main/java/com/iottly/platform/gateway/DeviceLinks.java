package com.iottly.platform.gateway;

import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.ProjectId;
import com.iottly.wire.CloseCode;
import com.iottly.wire.Payload;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The devices that are connected to this process now. Any thread. */
public final class DeviceLinks {

  private final ConcurrentHashMap<DeviceId, Session> sessions = new ConcurrentHashMap<>();

  DeviceLinks() {}

  /** Whether the device is connected. */
  public boolean isConnected(DeviceId device) {
    return sessions.containsKey(device);
  }

  /** How many devices are connected. */
  public int count() {
    return sessions.size();
  }

  /** How many devices are connected, of each project of which one is. */
  public Map<ProjectId, Integer> countByProject() {
    Map<ProjectId, Integer> counts = new HashMap<>();
    sessions.values().forEach(session -> counts.merge(session.project(), 1, Integer::sum));
    return counts;
  }

  /** There may be commands for the device: look, if it is connected. */
  public void nudge(DeviceId device) {
    Session session = sessions.get(device);
    if (session != null) {
      session.nudge();
    }
  }

  /** What became of {@link #open}. */
  public sealed interface Opening {

    /** It is under way; the listener hears more. */
    record UnderWay(DeviceChannel channel) implements Opening {}

    /** The device is not connected. */
    record NotConnected() implements Opening {}

    /** The device's software does not know what channels are. */
    record NotSpoken() implements Opening {}
  }

  /**
   * Opens a channel to a service of a device.
   *
   * @param bulk whether its bytes go behind those of interactive channels
   * @param credit how many bytes the device may send for now
   */
  public Opening open(
      DeviceId device,
      String service,
      boolean bulk,
      int credit,
      Payload arguments,
      ChannelListener listener) {
    Session session = sessions.get(device);
    if (session == null) {
      return new Opening.NotConnected();
    }
    if (!session.speaksChannels()) {
      return new Opening.NotSpoken();
    }
    return new Opening.UnderWay(
        session.channels().openFromAnyThread(service, bulk, credit, arguments, listener));
  }

  /** Cuts the device's connection, if there is one. */
  public void disconnect(DeviceId device, CloseCode code, String reason) {
    Session session = sessions.get(device);
    if (session != null) {
      session.closeFromAnyThread(code, reason);
    }
  }

  /**
   * Puts the session in its device's place unless a newer one is there; ends the older one.
   *
   * @return the session it took over from
   */
  Optional<Session> enter(Session session) {
    Session[] superseded = new Session[1];
    sessions.compute(
        session.device(),
        (device, present) -> {
          if (present == null || present.fence() < session.fence()) {
            superseded[0] = present;
            return session;
          }
          superseded[0] = session;
          return present;
        });
    if (superseded[0] != null) {
      superseded[0].closeFromAnyThread(
          CloseCode.SUPERSEDED, "another connection of this device has taken over");
    }
    return Optional.ofNullable(superseded[0]).filter(older -> older != session);
  }

  /**
   * Takes the session out.
   *
   * @return whether it was the device's present one
   */
  boolean leave(Session session) {
    return sessions.remove(session.device(), session);
  }

  /** Closes every session; the future completes when their last notes are with the journal. */
  CompletableFuture<Void> closeAll(CloseCode code, String reason) {
    return CompletableFuture.allOf(
        sessions.values().stream()
            .peek(session -> session.closeFromAnyThread(code, reason))
            .map(Session::closed)
            .toArray(CompletableFuture[]::new));
  }
}
