package com.iottly.platform.server;

import com.iottly.platform.api.ApiLimits;
import com.iottly.platform.command.CommandLimits;
import com.iottly.platform.gateway.GatewayLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Everything an operator can decide ({@code docs/operations.md}).
 *
 * @param data the folder of the stores
 * @param host the address to listen on
 * @param port the port to listen on; 0 takes any free one
 * @param publicUrl how the platform is reached from outside, like {@code https://iot.example.com}
 * @param tls certificate and key, or nothing for plain HTTP behind a proxy that ends TLS
 * @param agentPackage the agent's tarball that {@code inspect} points to
 * @param gateway limits of the device link
 * @param api limits of the HTTP API
 * @param commands limits on commands
 */
public record ServerConfig(
    Path data,
    String host,
    int port,
    Optional<String> publicUrl,
    Optional<Tls> tls,
    Optional<Path> agentPackage,
    GatewayLimits gateway,
    ApiLimits api,
    CommandLimits commands) {

  private static final int DEFAULT_PORT = 8080;

  /**
   * The server's identity.
   *
   * @param certificate a PEM file, the server's certificate first
   * @param key the PEM file of its private key
   */
  public record Tls(Path certificate, Path key) {}

  /**
   * Reads file and environment.
   *
   * @throws ConfigException when a key is unknown or a value is not allowed
   */
  public static ServerConfig read(Optional<Path> file, Map<String, String> environment) {
    Settings settings = Settings.read(file, environment);
    ServerConfig config =
        new ServerConfig(
            settings.path("server.data").orElse(Path.of("/var/lib/iottly")),
            settings.text("server.host").orElse("0.0.0.0"),
            settings.number("server.port", DEFAULT_PORT, 0, 65_535),
            publicUrl(settings),
            tls(settings),
            settings.path("agent.package"),
            gateway(settings),
            api(settings),
            commands(settings));
    settings.requireAllKnown();
    return config;
  }

  private static Optional<String> publicUrl(Settings settings) {
    Optional<String> url = settings.text("server.public_url");
    if (url.isPresent() && !url.get().matches("https?://[A-Za-z0-9._:\\[\\]-]+")) {
      throw settings.refusal(
          "server.public_url", "a scheme and a host, like \"https://iot.example.com\"");
    }
    return url;
  }

  private static Optional<Tls> tls(Settings settings) {
    Optional<Path> certificate = settings.path("tls.certificate");
    Optional<Path> key = settings.path("tls.key");
    if (certificate.isPresent() != key.isPresent()) {
      throw settings.refusal(
          certificate.isPresent() ? "tls.key" : "tls.certificate",
          "a PEM file; certificate and key go together");
    }
    return certificate.map(file -> new Tls(file, key.orElseThrow()));
  }

  private static GatewayLimits gateway(Settings settings) {
    GatewayLimits defaults = GatewayLimits.defaults();
    return new GatewayLimits(
        settings.number("device.max_frame_bytes", defaults.maxFrameBytes(), 4_096, 16 << 20),
        settings.number("device.max_payload_bytes", defaults.maxPayloadBytes(), 1_024, 8 << 20),
        settings.number("device.window_messages", defaults.windowMessages(), 1, 1 << 20),
        settings.number("device.window_bytes", defaults.windowBytes(), 64 << 10, 256 << 20),
        settings.duration(
            "device.hello_timeout",
            defaults.helloTimeout(),
            Duration.ofMillis(100),
            Duration.ofMinutes(1)),
        settings.number("device.commands_in_flight", defaults.commandsInFlight(), 1, 1_000),
        settings.number("device.handshakes_per_second", defaults.handshakesPerSecond(), 1, 100_000),
        settings.number("device.handshake_burst", defaults.handshakeBurst(), 1, 1_000_000));
  }

  private static ApiLimits api(Settings settings) {
    ApiLimits defaults = ApiLimits.defaults();
    return new ApiLimits(
        settings.number("api.max_body_bytes", defaults.maxBodyBytes(), 1_024, 64 << 20),
        settings.duration(
            "api.body_timeout",
            defaults.bodyTimeout(),
            Duration.ofMillis(100),
            Duration.ofMinutes(10)),
        settings.number("api.concurrent_requests", defaults.concurrentRequests(), 1, 100_000));
  }

  private static CommandLimits commands(Settings settings) {
    CommandLimits defaults = CommandLimits.defaults();
    return new CommandLimits(
        settings.duration(
            "command.default_ttl",
            defaults.defaultTtl(),
            Duration.ofSeconds(1),
            Duration.ofDays(365)),
        settings.duration(
            "command.max_ttl", defaults.maxTtl(), Duration.ofSeconds(1), Duration.ofDays(365)),
        settings.duration(
            "command.only_now_ttl",
            defaults.onlyNowTtl(),
            Duration.ofSeconds(1),
            Duration.ofMinutes(5)),
        settings.number("command.pending_per_device", defaults.pendingPerDevice(), 1, 100_000),
        settings.duration(
            "command.max_wait", defaults.maxWait(), Duration.ofSeconds(1), Duration.ofMinutes(10)),
        settings.number("command.waiting", defaults.waiting(), 1, 1_000_000));
  }
}
