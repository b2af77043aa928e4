package com.iottly.agent.channel;

import com.iottly.agent.json.Json;
import com.iottly.agent.log.Log;
import com.iottly.wire.CloseCode;
import com.iottly.wire.Frame;
import com.iottly.wire.WireException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The channels of one connection. {@link #received}, {@link #next} and {@link #close} are the link
 * thread's and never wait.
 */
public final class Multiplexer implements AutoCloseable {

  /** Bulk goes only while less than this waits for the network, interactive while twice as much. */
  private static final long SHORT_QUEUE = 64 << 10;

  private final ReentrantLock lock = new ReentrantLock();
  private final Supplier<Map<String, Service>> services;
  private final ChannelLimits limits;
  private final Runnable wake;
  private final Log log;
  private final Map<Integer, Channel> open = new HashMap<>();

  /** Credit and refusals, which wait for nobody. */
  private final Deque<Frame.OfChannel> first = new ArrayDeque<>();

  /** The channels that have something to send, in turns. */
  private final Map<Priority, Deque<Channel>> ready = new EnumMap<>(Priority.class);

  private int highest;

  Multiplexer(
      Supplier<Map<String, Service>> services, ChannelLimits limits, Runnable wake, Log log) {
    this.services = services;
    this.limits = limits;
    this.wake = wake;
    this.log = log;
    for (Priority priority : Priority.values()) {
      ready.put(priority, new ArrayDeque<>());
    }
  }

  /**
   * A frame of the platform.
   *
   * @throws WireException when it breaks a rule
   */
  public void received(Frame.OfChannel frame) {
    lock.lock();
    try {
      if (frame instanceof Frame.Open opening) {
        open(opening);
        return;
      }
      if (frame.channel() > highest) {
        throw new WireException(
            CloseCode.BAD_CHANNEL, "channel %d was never opened".formatted(frame.channel()));
      }
      Channel channel = open.get(frame.channel());
      if (channel != null) {
        received(channel, frame);
      }
    } finally {
      lock.unlock();
    }
  }

  private static void received(Channel channel, Frame.OfChannel frame) {
    switch (frame) {
      case Frame.Data data -> channel.onData(data);
      case Frame.Credit credit -> channel.onCredit(credit.bytes());
      case Frame.Control control -> channel.onControl(control);
      case Frame.End end -> channel.over(end.code().equals("lost") ? Ending.LOST : Ending.THERE);
      case Frame.Open _, Frame.Opened _ ->
          throw new WireException(CloseCode.BAD_CHANNEL, "OPENED is the device's to send");
    }
  }

  private void open(Frame.Open opening) {
    if (opening.channel() <= highest) {
      throw new WireException(
          CloseCode.BAD_CHANNEL, "channel %d is opened again".formatted(opening.channel()));
    }
    highest = opening.channel();
    Service service = services.get().get(opening.service());
    if (service == null) {
      refuse(
          opening,
          "unknown_service",
          "This device has no service '%s' that is enabled; it has %s."
              .formatted(opening.service(), String.join(", ", services.get().keySet())));
    } else if (open.size() >= limits.channels()) {
      refuse(
          opening,
          "too_many_channels",
          "This device has %d channels open, which is the most.".formatted(limits.channels()));
    } else {
      Channel channel = new Channel(this, opening, service, limits);
      open.put(channel.number(), channel);
      Thread.ofPlatform()
          .name("iottly-channel-" + channel.number())
          .daemon()
          .start(new ChannelThread(channel, opening.arguments(), log));
    }
  }

  private void refuse(Frame.Open opening, String code, String sentence) {
    sendFirst(new Frame.End(opening.channel(), code, Json.payload(Map.of("error", sentence))));
  }

  /**
   * The next frame to send, or null when none is to go now.
   *
   * @param waiting how many bytes wait for the network already
   */
  public Frame.@Nullable OfChannel next(long waiting) {
    lock.lock();
    try {
      if (!first.isEmpty()) {
        return first.poll();
      }
      Frame.OfChannel next = null;
      if (waiting < 2 * SHORT_QUEUE) {
        next = inTurn(Priority.INTERACTIVE);
      }
      if (next == null && waiting < SHORT_QUEUE) {
        next = inTurn(Priority.BULK);
      }
      return next;
    } finally {
      lock.unlock();
    }
  }

  private Frame.@Nullable OfChannel inTurn(Priority priority) {
    Deque<Channel> ring = ready.getOrDefault(priority, new ArrayDeque<>());
    Channel channel = ring.poll();
    if (channel == null) {
      return null;
    }
    Frame.OfChannel next = channel.next();
    if (channel.hasNext()) {
      ring.add(channel);
    }
    return next;
  }

  /** Whether something waits to be sent. */
  public boolean isWaiting() {
    lock.lock();
    try {
      return !first.isEmpty() || ready.values().stream().anyMatch(ring -> !ring.isEmpty());
    } finally {
      lock.unlock();
    }
  }

  /** The connection is gone. */
  @Override
  public void close() {
    lock.lock();
    try {
      highest = Integer.MAX_VALUE;
      new ArrayList<>(open.values()).forEach(channel -> channel.over(Ending.LOST));
    } finally {
      lock.unlock();
    }
  }

  ReentrantLock lock() {
    return lock;
  }

  /** The channel has something to send; lock held. */
  void ready(Channel channel) {
    Deque<Channel> ring = ready.getOrDefault(channel.priority(), new ArrayDeque<>());
    if (!ring.contains(channel)) {
      ring.add(channel);
    }
    wake.run();
  }

  /** Sends what waits for nobody; lock held. */
  void sendFirst(Frame.OfChannel frame) {
    first.add(frame);
    wake.run();
  }

  /** The channel is over; lock held. */
  void forget(Channel channel) {
    open.remove(channel.number(), channel);
    if (!channel.hasNext()) {
      ready.values().forEach(ring -> ring.remove(channel));
    }
  }
}
