package com.iottly.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;

/** Passes TCP connections on and counts the bytes in them: what TLS puts on the wire. */
final class CountingRelay implements AutoCloseable {

  private final ServerSocket listening;
  private final InetSocketAddress target;
  private final AtomicLong up = new AtomicLong();
  private final AtomicLong down = new AtomicLong();

  CountingRelay(InetSocketAddress target) {
    this.target = target;
    try {
      this.listening = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofPlatform().daemon().name("relay").start(this::accept);
  }

  int port() {
    return listening.getLocalPort();
  }

  /** Bytes from the device so far. */
  long up() {
    return up.get();
  }

  /** Bytes to the device so far. */
  long down() {
    return down.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket device = listening.accept();
        Socket server = new Socket(target.getAddress(), target.getPort());
        pass(device, server, up);
        pass(server, device, down);
      }
    } catch (IOException e) {
      // Closed: the bench is over.
    }
  }

  private static void pass(Socket from, Socket to, AtomicLong counter) {
    Thread.ofPlatform()
        .daemon()
        .name("relay-bytes")
        .start(() -> {
          try (from;
              to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[16 << 10];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
              counter.addAndGet(read);
              out.write(buffer, 0, read);
            }
          } catch (IOException e) {
            // One side is gone; try-with-resources tells the other.
          }
        });
  }

  @Override
  public void close() {
    try {
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
