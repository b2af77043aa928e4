package com.iottly.platform.server;

import com.iottly.platform.admin.AdminClient;
import com.iottly.platform.admin.PasswordPrompt;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code server} and {@code admin}: the platform's two commands. */
public final class Main {

  private static final String HELP =
      """
      Usage:
        server [--config FILE] [--stop-when-ready]
        admin [--config FILE | --data DIR] COMMAND …

      server runs the platform until it is told to stop (SIGTERM, Ctrl-C). Without --config it takes its
      settings from the environment, IOTTLY_SERVER_<SECTION>_<KEY>, and the defaults; docs/operations.md
      lists them. --stop-when-ready stops it as soon as it could serve, to try a configuration.

      admin works on the platform's projects, keys, licenses and users; 'admin --help' lists the commands.
      """;

  private Main() {}

  public static void main(String[] arguments) throws InterruptedException {
    try {
      System.exit(run(new ArrayList<>(Arrays.asList(arguments))));
    } catch (ConfigException e) {
      System.err.println("iottly: " + e.getMessage());
      System.exit(2);
    }
  }

  private static int run(List<String> arguments) throws InterruptedException {
    String command = arguments.isEmpty() ? "--help" : arguments.removeFirst();
    return switch (command) {
      case "server" -> server(arguments);
      case "admin" -> admin(arguments);
      case "--help", "-h" -> {
        System.out.print(HELP);
        yield 0;
      }
      default -> {
        System.err.println("iottly: there is no command '" + command + "'.\n" + HELP);
        yield 2;
      }
    };
  }

  private static int server(List<String> arguments) throws InterruptedException {
    Optional<Path> configFile = option(arguments, "--config").map(Path::of);
    boolean stopWhenReady = arguments.remove("--stop-when-ready");
    if (arguments.remove("--help") || arguments.remove("-h")) {
      System.out.print(HELP);
      return 0;
    }
    if (!arguments.isEmpty()) {
      throw new ConfigException("'server' does not know " + arguments.getFirst() + ".\n" + HELP);
    }
    Logger log = LoggerFactory.getLogger(Main.class);
    ServerConfig config = ServerConfig.read(configFile, System.getenv());
    Server server;
    try {
      server = Server.open(config, InstantSource.system());
    } catch (RuntimeException e) {
      log.atError().setCause(e).log("Iottly could not start");
      System.err.println("iottly: could not start: " + e.getMessage());
      return 1;
    }
    log.atInfo()
        .addKeyValue("host", config.host())
        .addKeyValue("port", server.port())
        .addKeyValue("data", config.data())
        .log("Iottly is ready");
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("shutdown")
                .unstarted(() -> {
                  log.info("Iottly is stopping");
                  server.close();
                  log.info("Iottly has stopped");
                  stopped.countDown();
                }));
    if (!stopWhenReady) {
      stopped.await();
    }
    return 0;
  }

  private static int admin(List<String> arguments) {
    Path data =
        option(arguments, "--data")
            .map(Path::of)
            .orElseGet(() ->
                ServerConfig.read(option(arguments, "--config").map(Path::of), System.getenv())
                    .data());
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err =
        new PrintWriter(new OutputStreamWriter(System.err, StandardCharsets.UTF_8), true);
    return AdminClient.run(data, arguments, PasswordPrompt.orStandardInput(), out, err);
  }

  /** Takes an option in front of the command out of the arguments. */
  private static Optional<String> option(List<String> arguments, String name) {
    int index = arguments.indexOf(name);
    if (index < 0) {
      return Optional.empty();
    }
    if (index + 1 == arguments.size()) {
      throw new ConfigException(name + " needs a value.");
    }
    arguments.remove(index);
    return Optional.of(arguments.remove(index));
  }
}
