package com.iottly.bench;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the server under test is started, configured and administered: the one place that knows its
 * main class, its command line and the keys of its configuration.
 *
 * @param lib the directory of jars that is its class path
 * @param javaFlags the flags of its JVM
 */
record ServerCommand(Path lib, List<String> javaFlags) {

  /** The flags of the server's JVM when the user names none: the launcher's. */
  static List<String> defaultJavaFlags() {
    return List.of("@" + root().resolve("packaging/server/jvm.options"));
  }

  private static final String MAIN_CLASS = "com.iottly.platform.server.Main";

  // The launcher's build leaves it beside the jars; the server starts faster with it.
  private static final String AOT_CACHE = "iottly.aot";

  /** Where the server keeps what it is told. */
  enum Store {
    /** The journal on disk, synced before it acknowledges: the product. */
    DURABLE,
    /** Nothing is kept: what decoding and sockets alone cost. */
    NONE
  }

  /**
   * A certificate and its key, both PEM files.
   *
   * @param certificate the certificate
   * @param key its private key, PKCS #8
   */
  record Tls(Path certificate, Path key) {}

  /**
   * One server: where it listens and what it keeps.
   *
   * @param tls null for a plain one
   * @param admitAll whether handshakes are admitted as fast as they come, and as many streams; by
   *     default the server spreads them
   */
  record Options(
      Path data, InetSocketAddress address, Store store, @Nullable Tls tls, boolean admitAll) {

    String url() {
      return (tls == null ? "http" : "https") + "://127.0.0.1:" + address.getPort();
    }
  }

  /** The configuration file's text. */
  static String config(Options options) {
    StringBuilder toml = new StringBuilder("[server]\n");
    toml.append("data = \"").append(options.data()).append("\"\n");
    toml.append("host = \"127.0.0.1\"\n");
    toml.append("port = ").append(options.address().getPort()).append('\n');
    toml.append("\n[webhook]\nallow = [\"127.0.0.1\"]\nallow_http = true\n");
    Tls tls = options.tls();
    if (tls != null) {
      toml.append("\n[tls]\n");
      toml.append("certificate = \"").append(tls.certificate()).append("\"\n");
      toml.append("key = \"").append(tls.key()).append("\"\n");
    }
    if (options.admitAll()) {
      toml.append("\n[device]\nhandshakes_per_second = 100000\nhandshake_burst = 100000\n");
      toml.append("\n[stream]\nconnections = 20000\nconnections_per_project = 20000\n");
    }
    return toml.toString();
  }

  /** The root of the project, as the launcher says it. */
  static Path root() {
    return Path.of(System.getProperty("iottly.root", "."));
  }

  List<String> server(Path config, Store store) {
    return switch (store) {
      case DURABLE -> java(MAIN_CLASS, "server", "--config", config.toString());
      case NONE -> java(StorelessServer.class.getName(), config.toString());
    };
  }

  List<String> createProject(Path data, String name) {
    return java(
        MAIN_CLASS, "admin", "--data", data.toString(), "project", "create", name, "--json");
  }

  List<String> createKey(Path data, String project) {
    String where = data.toString();
    return java(
        MAIN_CLASS,
        "admin",
        "--data",
        where,
        "key",
        "create",
        project,
        "--description",
        "bench",
        "--scope",
        "provision,read,command,manage,remote",
        "--json");
  }

  private List<String> java(String mainClass, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(javaExecutable());
    command.addAll(javaFlags);
    command.add("-cp");
    if (mainClass.equals(MAIN_CLASS)) {
      command.add(lib.resolve("*").toString());
      Path cache = lib.resolveSibling(AOT_CACHE);
      if (Files.isRegularFile(cache)) {
        command.add("-XX:AOTCache=" + cache);
      }
    } else {
      command.add(System.getProperty("java.class.path"));
    }
    command.add(mainClass);
    command.addAll(List.of(arguments));
    return command;
  }

  /** The JVM that runs this bench runs the server too. */
  static String javaExecutable() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }
}
