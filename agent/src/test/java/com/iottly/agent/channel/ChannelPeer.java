package com.iottly.agent.channel;

import static org.awaitility.Awaitility.await;

import com.iottly.agent.Fixtures;
import com.iottly.agent.json.Json;
import com.iottly.wire.Frame;
import com.iottly.wire.FrameCodec;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * A platform for the services of one device, in memory: opens channels, takes what they send, and
 * keeps it for the test. Gives back the credit that is used up unless told not to.
 */
public final class ChannelPeer implements AutoCloseable {

  private final Semaphore wakeUps = new Semaphore(0);
  private final List<Frame.OfChannel> frames = new CopyOnWriteArrayList<>();
  private final Multiplexer multiplexer;
  private final Thread thread;
  private int channels;
  private volatile boolean generous = true;
  private volatile boolean closing;

  /** Connected to these services. */
  public ChannelPeer(Service... services) {
    this(ChannelLimits.defaults(), services);
  }

  /** The same with limits. */
  public ChannelPeer(ChannelLimits limits, Service... services) {
    Channels offered = new Channels(limits, Fixtures.quiet());
    offered.offer(List.of(services));
    multiplexer = offered.connect(wakeUps::release);
    thread = Thread.ofPlatform().name("channel-peer").start(this::run);
  }

  private void run() {
    while (!closing) {
      wakeUps.acquireUninterruptibly();
      for (var frame = multiplexer.next(0); frame != null; frame = multiplexer.next(0)) {
        frames.add(frame);
        if (generous && frame instanceof Frame.Data data) {
          multiplexer.received(new Frame.Credit(data.channel(), data.size()));
        }
      }
    }
  }

  /** From now on gives no credit but what the test gives by {@link #send}. */
  public ChannelPeer stingy() {
    generous = false;
    return this;
  }

  /** Opens a channel with a credit of 256 KiB, and does not wait for the answer. */
  public int open(String service, Map<String, ? extends @Nullable Object> arguments) {
    return open(service, 256 << 10, arguments);
  }

  /** Opens a channel, and does not wait for the answer. */
  public int open(String service, int credit, Map<String, ? extends @Nullable Object> arguments) {
    int channel = ++channels;
    multiplexer.received(new Frame.Open(channel, credit, service, Json.payload(arguments)));
    return channel;
  }

  /** Says something on a channel. */
  public void send(Frame.OfChannel frame) {
    multiplexer.received(frame);
  }

  /** Sends bytes, whether there is credit or not. */
  public void data(int channel, byte[] bytes) {
    for (int at = 0; at < bytes.length; at += FrameCodec.MAX_DATA) {
      int end = Math.min(bytes.length, at + FrameCodec.MAX_DATA);
      send(new Frame.Data(channel, ByteBuffer.wrap(Arrays.copyOfRange(bytes, at, end))));
    }
  }

  /** Sends text. */
  public void data(int channel, String text) {
    data(channel, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends a word. */
  public void control(int channel, Map<String, ? extends @Nullable Object> control) {
    send(new Frame.Control(channel, Json.payload(control)));
  }

  /** What the service said when it opened the channel, once it has. */
  public Map<String, @Nullable Object> opened(int channel) {
    await().until(() -> !all(channel, Frame.Opened.class).isEmpty());
    return Json.read(all(channel, Frame.Opened.class).getFirst().info());
  }

  /** How the channel ended, once it has. */
  public Frame.End ended(int channel) {
    await().until(() -> !all(channel, Frame.End.class).isEmpty());
    return all(channel, Frame.End.class).getFirst();
  }

  /** The words that came. */
  public List<Map<String, @Nullable Object>> controls(int channel) {
    return all(channel, Frame.Control.class).stream()
        .map(control -> Json.read(control.control()))
        .toList();
  }

  /** All bytes that came so far. */
  public byte[] bytes(int channel) {
    var all = new ByteArrayOutputStream();
    for (Frame.Data data : all(channel, Frame.Data.class)) {
      byte[] bytes = new byte[data.size()];
      data.bytes().get(bytes);
      all.writeBytes(bytes);
    }
    return all.toByteArray();
  }

  /** All bytes that came so far, as text. */
  public String text(int channel) {
    return new String(bytes(channel), StandardCharsets.UTF_8);
  }

  /** The frames of one type that came on a channel. */
  public <F extends Frame.OfChannel> List<F> all(int channel, Class<F> type) {
    return frames().stream()
        .filter(frame -> frame.channel() == channel && type.isInstance(frame))
        .map(type::cast)
        .toList();
  }

  /** Every frame that came, in order. */
  public List<Frame.OfChannel> frames() {
    return new ArrayList<>(frames);
  }

  /** The connection is lost: sessions hear {@link Ending#LOST}. */
  public void lose() {
    multiplexer.close();
  }

  @Override
  public void close() throws InterruptedException {
    multiplexer.close();
    closing = true;
    wakeUps.release();
    thread.join();
  }
}
