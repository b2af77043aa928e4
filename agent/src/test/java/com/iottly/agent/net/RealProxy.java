package com.iottly.agent.net;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Squid or tinyproxy, as a process of its own with a configuration of its own. */
public final class RealProxy implements AutoCloseable {

  /** What makes certificates for a squid that inspects TLS. */
  public static final String CERTIFICATE_MAKER = "/usr/lib/squid/security_file_certgen";

  private final int port;
  private final Path log;
  private final Process process;

  private RealProxy(int port, Path log, List<String> command) throws IOException {
    this.port = port;
    this.log = log;
    this.process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(log.resolveSibling("said").toFile())
            .start();
    await().atMost(Duration.ofSeconds(30)).failFast(() -> requireAlive()).until(() -> listens());
  }

  private void requireAlive() throws IOException {
    if (!process.isAlive()) {
      Path more = log.resolveSibling("cache.log");
      throw new AssertionError(
          "the proxy ended: "
              + Files.readString(log.resolveSibling("said"))
              + (Files.exists(more) ? Files.readString(more) : ""));
    }
  }

  private boolean listens() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Squid, which knows {@code platform.test} as this machine; nobody else does.
   *
   * @param listening the line that says where it listens, with {@code %d} for the port, or empty
   * @param access lines that say who may do what
   */
  public static RealProxy squid(Path folder, String listening, String access) throws IOException {
    return squid(folder, listening, access, freePort());
  }

  /** The same at a port. */
  public static RealProxy squid(Path folder, String listening, String access, int port)
      throws IOException {
    share(folder);
    Files.writeString(folder.resolve("hosts"), "127.0.0.1 platform.test\n");
    String listen = listening.isEmpty() ? "http_port 127.0.0.1:%d" : listening;
    Files.writeString(
        folder.resolve("squid.conf"),
        """
        %1$s
        pid_filename %2$s/pid
        cache_log %2$s/cache.log
        access_log stdio:%2$s/access.log
        coredump_dir %2$s
        hosts_file %2$s/hosts
        dns_nameservers 127.0.0.1
        dns_timeout 1 seconds
        dns_retransmit_interval 1 seconds
        visible_hostname squid.test
        pinger_enable off
        shutdown_lifetime 0 seconds
        cache deny all
        http_upgrade_request_protocols websocket allow all
        %3$s
        """
            .formatted(listen.formatted(port), folder, access));
    return new RealProxy(
        port,
        folder.resolve("access.log"),
        List.of(
            "/usr/sbin/squid",
            "-N",
            "-n",
            "t" + port,
            "-f",
            folder.resolve("squid.conf").toString()));
  }

  public static RealProxy tinyproxy(Path folder, String more) throws IOException {
    int port = freePort();
    Files.createDirectories(folder);
    Files.writeString(
        folder.resolve("tinyproxy.conf"),
        """
        Port %d
        Listen 127.0.0.1
        Timeout 600
        MaxClients 50
        Allow 127.0.0.1
        LogFile "%s/access.log"
        %s
        """
            .formatted(port, folder, more));
    return new RealProxy(
        port,
        folder.resolve("access.log"),
        List.of("tinyproxy", "-d", "-c", folder.resolve("tinyproxy.conf").toString()));
  }

  /** Squid gives up being root, and then needs its files as anybody. */
  public static void share(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (Path path : List.of(folder, folder.getParent())) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
    }
  }

  /** An empty store of such certificates. */
  public static Path certificates(Path folder) throws Exception {
    Path store = folder.resolve("certificates");
    TestCa.run(folder, CERTIFICATE_MAKER + " -c -s " + store + " -M 4MB");
    TestCa.run(folder, "chmod -R a+rwX " + store);
    return store;
  }

  /** No outgoing connection and no test in another process gets it meanwhile. */
  private static int freePort() {
    int first = 20_000 + 3_000 * (Integer.getInteger("iottly.fork", 0) % 4);
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(first, first + 3_000);
      try (ServerSocket socket = new ServerSocket()) {
        socket.bind(new InetSocketAddress("127.0.0.1", port));
        return port;
      } catch (IOException e) {
        // Taken: the next.
      }
    }
  }

  public int port() {
    return port;
  }

  public String url() {
    return "http://127.0.0.1:" + port;
  }

  /** What it has done so far. */
  public String log() throws IOException {
    return Files.exists(log) ? Files.readString(log) : "";
  }

  /** {@code kill -9}. */
  public void kill() throws InterruptedException {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() throws Exception {
    kill();
  }
}
