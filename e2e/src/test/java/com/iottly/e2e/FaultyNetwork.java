package com.iottly.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A network between agent and platform that a test makes slow, narrow, deaf or broken. It forwards
 * TCP connections to the platform's port; a thread for each direction of each connection.
 */
final class FaultyNetwork implements AutoCloseable {

  private static final int STEP_BYTES = 1024;

  private final ServerSocket door;
  private final int platform;
  private final Set<Line> lines = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connected = new AtomicInteger();
  private volatile Weather weather = Weather.FINE;

  /**
   * How it is.
   *
   * @param delay of every piece of data
   * @param bytesPerSecond at most, in each direction; 0 for no limit
   * @param deaf connections are taken, and nothing gets through
   * @param closed connections are cut at once
   */
  record Weather(Duration delay, int bytesPerSecond, boolean deaf, boolean closed) {

    static final Weather FINE = new Weather(Duration.ZERO, 0, false, false);

    static Weather slow(Duration delay) {
      return new Weather(delay, 0, false, false);
    }

    static Weather narrow(int bytesPerSecond) {
      return new Weather(Duration.ZERO, bytesPerSecond, false, false);
    }

    static final Weather DEAF = new Weather(Duration.ZERO, 0, true, false);
    static final Weather CLOSED = new Weather(Duration.ZERO, 0, false, true);
  }

  /** One connection through it. */
  private final class Line {
    private final Socket agent;
    private final Socket server;

    /** Once deaf, for ever: that is what a lost route or a changed address looks like. */
    private volatile boolean dead;

    Line(Socket agent, Socket server) {
      this.agent = agent;
      this.server = server;
    }

    void open() {
      thread(() -> forward(agent, server));
      thread(() -> forward(server, agent));
    }

    private void forward(Socket from, Socket to) {
      byte[] bytes = new byte[STEP_BYTES];
      try {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
          Weather now = weather;
          LockSupport.parkNanos(now.delay().toNanos());
          if (now.bytesPerSecond() > 0) {
            LockSupport.parkNanos(n * 1_000_000_000L / now.bytesPerSecond());
          }
          if (!dead) {
            out.write(bytes, 0, n);
          }
        }
      } catch (IOException e) {
        // Cut, by one end or by the test.
      }
      if (!dead) {
        cut();
      }
    }

    /** Ends both connections with a reset. */
    void cut() {
      lines.remove(this);
      for (Socket socket : new Socket[] {agent, server}) {
        try {
          socket.setSoLinger(true, 0);
          socket.close();
        } catch (IOException e) {
          // It is closed already.
        }
      }
    }
  }

  FaultyNetwork(int platform) throws IOException {
    this.platform = platform;
    this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    thread(this::accept);
  }

  private static void thread(Runnable task) {
    Thread.ofVirtual().name("faulty-network").start(task);
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket agent = door.accept();
        connected.incrementAndGet();
        if (weather.closed()) {
          agent.setSoLinger(true, 0);
          agent.close();
          continue;
        }
        Line line = new Line(agent, new Socket(InetAddress.getLoopbackAddress(), platform));
        line.dead = weather.deaf();
        lines.add(line);
        line.open();
      } catch (IOException e) {
        // The door was closed, or the platform is away: the agent tries again.
      }
    }
  }

  int port() {
    return door.getLocalPort();
  }

  /** How many connections were tried so far. */
  int connected() {
    return connected.get();
  }

  /** From now on. */
  void become(Weather next) {
    weather = next;
    if (next.deaf()) {
      lines.forEach(line -> line.dead = true);
    }
    if (next.closed()) {
      cut();
    }
  }

  /** Resets every connection. */
  void cut() {
    lines.forEach(Line::cut);
  }

  @Override
  public void close() {
    try {
      door.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cut();
  }
}
