package com.iottly.bench;

import java.net.InetSocketAddress;
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

  /** The flags of the server's JVM when the user names none. */
  static final String DEFAULT_JAVA_FLAGS =
      "-XX:+UseSerialGC -Xmx512m -XX:-UsePerfData --enable-native-access=ALL-UNNAMED"
          + " --sun-misc-unsafe-memory-access=allow";

  private static final String MAIN_CLASS = "com.iottly.platform.server.Main";

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

  /** One server: where it listens and what it keeps. */
  record Options(Path data, InetSocketAddress address, Store store, @Nullable Tls tls) {

    String url() {
      return (tls == null ? "http" : "https") + "://127.0.0.1:" + address.getPort();
    }
  }

  /** The configuration file's text. */
  static String config(Options options) {
    StringBuilder toml = new StringBuilder();
    toml.append("[server]\n");
    toml.append("data = \"").append(options.data()).append("\"\n");
    toml.append("host = \"127.0.0.1\"\n");
    toml.append("port = ").append(options.address().getPort()).append('\n');
    Tls tls = options.tls();
    if (tls != null) {
      toml.append("\n[tls]\n");
      toml.append("cert = \"").append(tls.certificate()).append("\"\n");
      toml.append("key = \"").append(tls.key()).append("\"\n");
    }
    if (options.store() == Store.NONE) {
      toml.append("\n[journal]\nstore = \"none\"\n");
    }
    return toml.toString();
  }

  List<String> server(Path config) {
    return java("server", "--config", config.toString());
  }

  List<String> createProject(Path data, String name) {
    return java("admin", "--data", data.toString(), "project", "create", name, "--json");
  }

  List<String> createKey(Path data, String project) {
    return java(
        "admin",
        "--data",
        data.toString(),
        "key",
        "create",
        project,
        "--description",
        "bench",
        "--json");
  }

  private List<String> java(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(javaExecutable());
    command.addAll(javaFlags);
    command.add("-cp");
    command.add(lib.resolve("*").toString());
    command.add(MAIN_CLASS);
    command.addAll(List.of(arguments));
    return command;
  }

  /** The JVM that runs this bench runs the server too. */
  static String javaExecutable() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }
}
