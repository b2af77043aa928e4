package com.iottly.agent.remote.tunnel;

import com.iottly.agent.channel.Channel;
import com.iottly.agent.channel.Ending;
import com.iottly.agent.channel.RefusedException;
import com.iottly.agent.channel.Session;
import com.iottly.agent.log.Log;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One TCP connection. Each side may end its half with {@code {"eof":true}}; when both have, or
 * nothing moves for long, it is over. A thread of its own reads from the socket; the channel's
 * thread writes to it.
 */
final class Tunnel implements Session {

  private static final int CONNECT_MILLIS = 10_000;
  private static final int CHUNK = 64 * 1024;

  private final Target target;
  private final Channel channel;
  private final Duration idle;
  private final LongSupplier nanoTime;
  private final Log log;
  private final Consumer<Tunnel> left;
  private final Socket socket = new Socket();
  private volatile long lastMoved;

  /** Under the monitor. */
  private boolean clientDone;

  /**
   * Where it goes.
   *
   * @param host a name or an address
   */
  record Target(String host, int port) {
    @Override
    public String toString() {
      return host + ":" + port;
    }
  }

  /**
   * @param left told once, when it is over
   */
  Tunnel(
      Target target,
      Channel channel,
      Duration idle,
      LongSupplier nanoTime,
      Log log,
      Consumer<Tunnel> left) {
    this.target = target;
    this.channel = channel;
    this.idle = idle;
    this.nanoTime = nanoTime;
    this.log = log;
    this.left = left;
    this.lastMoved = nanoTime.getAsLong();
  }

  Target target() {
    return target;
  }

  void connect() throws RefusedException, IOException {
    var address = new InetSocketAddress(target.host(), target.port());
    if (address.isUnresolved()) {
      throw new RefusedException(
          "unknown_host", "this device does not know the name " + target.host());
    }
    try {
      socket.setTcpNoDelay(true);
      socket.connect(address, CONNECT_MILLIS);
      socket.setSoTimeout((int) Math.min(idle.toMillis(), Integer.MAX_VALUE));
    } catch (ConnectException | SocketTimeoutException e) {
      socket.close();
      throw new RefusedException(
          "not_connected", "%s can't be reached: %s".formatted(target, e.getMessage()));
    } catch (IOException e) {
      socket.close();
      throw e;
    }
    Thread.ofPlatform().name("iottly-tunnel").daemon().start(this::run);
  }

  private void run() {
    try {
      copy();
      channel.control(Map.of("eof", true));
      channel.end(awaitClient() ? "ended" : "idle", Map.of());
    } catch (ClosedChannelException | InterruptedException e) {
      log.debug("the tunnel to %s is over".formatted(target));
    } catch (IOException e) {
      channel.end("failed", Map.of("error", target + ": " + e.getMessage()));
    }
  }

  private void copy() throws IOException, InterruptedException {
    InputStream from = socket.getInputStream();
    byte[] bytes = new byte[CHUNK];
    while (true) {
      try {
        int read = from.read(bytes);
        if (read < 0) {
          return;
        }
        lastMoved = nanoTime.getAsLong();
        channel.data(bytes, 0, read);
        lastMoved = nanoTime.getAsLong();
      } catch (SocketTimeoutException e) {
        if (idleNanosLeft() <= 0) {
          channel.end("idle", Map.of());
        }
      }
    }
  }

  private long idleNanosLeft() {
    return lastMoved + idle.toNanos() - nanoTime.getAsLong();
  }

  /** Waits for the other half; false when nothing moved for too long. */
  private synchronized boolean awaitClient() throws InterruptedException {
    while (!clientDone) {
      long left = idleNanosLeft();
      if (left <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return true;
  }

  /** Ends it for that reason. */
  void end(RefusedException why) {
    channel.end(why.code(), Map.of("error", why.sentence()));
  }

  @Override
  public void data(byte[] bytes) throws IOException {
    lastMoved = nanoTime.getAsLong();
    socket.getOutputStream().write(bytes);
    lastMoved = nanoTime.getAsLong();
  }

  @Override
  public void control(Map<String, @Nullable Object> control) throws RefusedException, IOException {
    if (!Boolean.TRUE.equals(control.get("eof"))) {
      throw new RefusedException("bad_control", "a tunnel takes {\"eof\": true} and nothing else");
    }
    socket.shutdownOutput();
    synchronized (this) {
      clientDone = true;
      notifyAll();
    }
  }

  @Override
  public void closed(Ending ending) {
    left.accept(this);
    try {
      socket.close();
    } catch (IOException e) {
      log.debug("closing the tunnel to %s: %s".formatted(target, e.getMessage()));
    }
    synchronized (this) {
      clientDone = true;
      notifyAll();
    }
  }
}
