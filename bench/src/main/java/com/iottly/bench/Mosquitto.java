package com.iottly.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Debian's Mosquitto, a broker many people know, as a yardstick: its QoS 1 acknowledgement says
 * that the message reached its memory.
 */
final class Mosquitto implements AutoCloseable {

  private final Child child;
  private final InetSocketAddress address;

  private Mosquitto(Child child, InetSocketAddress address) {
    this.child = child;
    this.address = address;
  }

  /** The broker's executable, installed first when it is missing and we may. */
  static Optional<Path> find() {
    Optional<Path> installed = onPath();
    if (installed.isPresent() || !root()) {
      return installed;
    }
    System.err.println("Installing Debian's mosquitto with apt-get, to compare with.");
    try {
      String _ =
          Child.run(
              "apt-get",
              List.of("apt-get", "install", "-y", "--no-install-recommends", "mosquitto"),
              Duration.ofMinutes(5));
    } catch (BenchException e) {
      System.err.println(e.getMessage());
    }
    return onPath();
  }

  private static Optional<Path> onPath() {
    return Stream.of("/usr/sbin/mosquitto", "/usr/bin/mosquitto", "/usr/local/sbin/mosquitto")
        .map(Path::of)
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static boolean root() {
    return ProcessFacts.read(Path.of("/proc/self/status"))
        .lines()
        .anyMatch("Uid:\t0\t0\t0\t0"::equals);
  }

  static Mosquitto start(Path executable, Path directory) {
    InetSocketAddress address =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), ServerProcess.freePort());
    Path config = directory.resolve("mosquitto.conf");
    try {
      Files.writeString(
          config,
          "listener %d 127.0.0.1\nallow_anonymous true\npersistence false\nset_tcp_nodelay true\n"
              .formatted(address.getPort()));
    } catch (IOException e) {
      throw new BenchException("can't write " + config + ": " + BenchException.reason(e), e);
    }
    Child child =
        Child.start(
            "mosquitto",
            List.of(executable.toString(), "-c", config.toString()),
            directory.resolve("mosquitto.log"));
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!listening(address)) {
      if (!child.alive() || System.nanoTime() > deadline) {
        String tail = child.tail();
        child.close();
        throw new BenchException("mosquitto did not start:\n" + tail);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
    return new Mosquitto(child, address);
  }

  private static boolean listening(InetSocketAddress address) {
    try (Socket _ = new Socket(address.getAddress(), address.getPort())) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  InetSocketAddress address() {
    return address;
  }

  long pid() {
    return child.pid();
  }

  @Override
  public void close() {
    child.close();
  }
}
