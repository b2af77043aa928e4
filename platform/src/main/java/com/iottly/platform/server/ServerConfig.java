package com.iottly.platform.server;

import com.iottly.platform.access.ApiKeyLimits;
import com.iottly.platform.access.DeviceCertificates;
import com.iottly.platform.access.SessionLimits;
import com.iottly.platform.api.ApiLimits;
import com.iottly.platform.audit.AuditLimits;
import com.iottly.platform.command.CommandLimits;
import com.iottly.platform.data.DataDirectory;
import com.iottly.platform.filter.QueryLimits;
import com.iottly.platform.fleet.FleetLimits;
import com.iottly.platform.gateway.GatewayLimits;
import com.iottly.platform.live.StreamLimits;
import com.iottly.platform.remote.RemoteLimits;
import com.iottly.platform.rocksdb.RocksConfig;
import com.iottly.platform.telemetry.TelemetryLimits;
import com.iottly.platform.webhook.EndpointPolicy;
import com.iottly.platform.webhook.WebhookLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
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
 * @param deviceCertificates whether devices show client certificates
 * @param agentPackage the agent's portable package, where it is not among {@code agentPackages}
 * @param agentPackages the folder with all that devices install the agent from
 * @param journal the journal's folder, memory and limits
 * @param fleet limits of a project
 * @param apiKeys limits on API keys
 * @param sessions limits on signing in
 * @param audit how much of the audit log is kept
 * @param gateway limits of the device link
 * @param http limits of connections
 * @param api limits of the HTTP API
 * @param commands limits on commands
 * @param queries limits on questions about messages
 * @param telemetry limits on questions about numbers over time
 * @param endpoints where webhooks may post to
 * @param webhooks limits on webhooks
 * @param streams limits of the WebSocket API
 * @param remote limits of shells, logs, files and tunnels
 */
public record ServerConfig(
    Path data,
    String host,
    int port,
    Optional<String> publicUrl,
    Optional<Tls> tls,
    DeviceCertificates.Settings deviceCertificates,
    Optional<Path> agentPackage,
    Optional<Path> agentPackages,
    RocksConfig journal,
    FleetLimits fleet,
    ApiKeyLimits apiKeys,
    SessionLimits sessions,
    AuditLimits audit,
    GatewayLimits gateway,
    HttpLimits http,
    ApiLimits api,
    CommandLimits commands,
    QueryLimits queries,
    TelemetryLimits telemetry,
    EndpointPolicy endpoints,
    WebhookLimits webhooks,
    StreamLimits streams,
    RemoteLimits remote) {

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
    Path data = settings.path("server.data").orElse(Path.of("/var/lib/iottly"));
    ServerConfig config =
        new ServerConfig(
            data,
            settings.text("server.host").orElse("0.0.0.0"),
            settings.number("server.port", DEFAULT_PORT, 0, 65_535),
            publicUrl(settings),
            tls(settings),
            deviceCertificates(settings),
            settings.path("agent.package"),
            settings.path("agent.packages"),
            journal(settings, data.resolve(DataDirectory.JOURNAL_FOLDER)),
            fleet(settings),
            apiKeys(settings),
            sessions(settings),
            audit(settings),
            gateway(settings),
            http(settings),
            api(settings),
            commands(settings),
            queries(settings),
            telemetry(settings),
            WebhookSettings.endpoints(settings),
            WebhookSettings.limits(settings),
            streams(settings),
            RemoteSettings.limits(settings));
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

  private static DeviceCertificates.Settings deviceCertificates(Settings settings) {
    DeviceCertificates.Settings defaults = DeviceCertificates.Settings.defaults();
    String demand = settings.text("tls.device_certificates").orElse("off");
    if (!demand.matches("off|optional|required")) {
      throw settings.refusal("tls.device_certificates", "off, optional or required");
    }
    if (!demand.equals("off") && settings.path("tls.certificate").isEmpty()) {
      throw settings.refusal(
          "tls.device_certificates",
          "off, unless the server ends TLS itself, with tls.certificate and tls.key");
    }
    return new DeviceCertificates.Settings(
        DeviceCertificates.Demand.valueOf(demand.toUpperCase(Locale.ROOT)),
        settings.duration(
            "tls.device_certificate_validity",
            defaults.validity(),
            Duration.ofHours(1),
            Duration.ofDays(3650)));
  }

  private static RocksConfig journal(Settings settings, Path folder) {
    RocksConfig defaults = RocksConfig.in(folder);
    return new RocksConfig(
        folder,
        settings.bytes("journal.block_cache", defaults.blockCacheBytes(), 1 << 20, 1L << 40),
        settings.bytes("journal.memtable", defaults.memtableBytes(), 64 << 10, 4L << 30),
        settings.bytes("journal.wal", defaults.walBytes(), 64 << 10, 1L << 40),
        settings.number("journal.open_files", defaults.maxOpenFiles(), 16, 1_000_000),
        settings.number("journal.queue_requests", defaults.queueRequests(), 1, 10_000_000),
        settings.bytes("journal.queue_bytes", defaults.queueBytes(), 1 << 10, 64L << 30),
        settings.number("journal.group_entries", defaults.groupEntries(), 1, 1_000_000),
        settings.bytes("journal.group_bytes", defaults.groupBytes(), 1 << 10, 1L << 30),
        settings.bytes("journal.free_space_floor", defaults.freeSpaceFloor(), 0, 1L << 50),
        settings.duration(
            "journal.recovery_interval",
            defaults.recoveryInterval(),
            Duration.ofMillis(1),
            Duration.ofHours(1)),
        settings.duration(
            "command.idempotency_window",
            defaults.idempotencyWindow(),
            Duration.ofSeconds(1),
            Duration.ofDays(30)));
  }

  private static FleetLimits fleet(Settings settings) {
    FleetLimits defaults = FleetLimits.defaults();
    return new FleetLimits(
        settings.number("project.licenses_per_call", defaults.licensesPerCall(), 1, 100_000),
        settings.number("project.definitions", defaults.definitionsPerProject(), 1, 10_000),
        settings.number("project.pair_codes", defaults.pairCodesPerProject(), 1, 1_000_000),
        settings.duration(
            "project.pair_code_validity",
            defaults.pairCodeValidity(),
            Duration.ofSeconds(1),
            Duration.ofDays(30)),
        settings.number("project.cached_devices", defaults.standingsCached(), 1, 10_000_000));
  }

  private static ApiKeyLimits apiKeys(Settings settings) {
    ApiKeyLimits defaults = ApiKeyLimits.defaults();
    return new ApiKeyLimits(
        settings.number("project.api_keys", defaults.keysPerProject(), 1, 100_000),
        settings.number("project.cached_api_keys", defaults.cached(), 1, 10_000_000));
  }

  private static SessionLimits sessions(Settings settings) {
    SessionLimits defaults = SessionLimits.defaults();
    Duration minute = Duration.ofMinutes(1);
    Duration year = Duration.ofDays(365);
    return new SessionLimits(
        settings.duration("session.life", defaults.life(), minute, year),
        settings.duration("session.idle", defaults.idle(), minute, year),
        settings.number("session.per_user", defaults.perUser(), 1, 1_000),
        settings.number("session.wrong_passwords", defaults.failures(), 1, 1_000),
        settings.number(
            "session.wrong_passwords_per_address", defaults.failuresPerAddress(), 1, 1_000_000),
        settings.number(
            "session.wrong_passwords_per_user", defaults.failuresPerUser(), 1, 1_000_000),
        settings.duration(
            "session.wrong_password_window",
            defaults.window(),
            Duration.ofSeconds(1),
            Duration.ofDays(1)));
  }

  private static AuditLimits audit(Settings settings) {
    AuditLimits defaults = AuditLimits.defaults();
    return new AuditLimits(
        settings.duration("audit.age", defaults.age(), Duration.ofDays(1), Duration.ofDays(3650)),
        settings.number("audit.entries", defaults.entries(), 1_000, 1_000_000_000));
  }

  private static QueryLimits queries(Settings settings) {
    QueryLimits defaults = QueryLimits.DEFAULTS;
    return new QueryLimits(
        settings.number("query.filter_bytes", defaults.filterBytes(), 2, 60 << 10),
        settings.number("query.filter_depth", defaults.filterDepth(), 1, 64),
        settings.number("query.filter_conditions", defaults.filterNodes(), 1, 100_000),
        settings.number("query.list_values", defaults.listValues(), 1, 100_000),
        settings.number("query.regex_characters", defaults.regexChars(), 1, 100_000),
        settings.duration(
            "query.run_time", defaults.runTime(), Duration.ofMillis(10), Duration.ofMinutes(5)),
        defaults.messages());
  }

  private static TelemetryLimits telemetry(Settings settings) {
    TelemetryLimits defaults = TelemetryLimits.within(queries(settings).runTime());
    return new TelemetryLimits(
        defaults.runTime(),
        settings.number("query.telemetry_at_once", defaults.atOnce(), 1, 1_000));
  }

  private static StreamLimits streams(Settings settings) {
    StreamLimits defaults = StreamLimits.defaults();
    return new StreamLimits(
        settings.number("stream.connections", defaults.connections(), 1, 1_000_000),
        settings.number(
            "stream.connections_per_project", defaults.connectionsPerProject(), 1, 1_000_000),
        settings.number("stream.subscriptions", defaults.subscriptions(), 1, 10_000),
        settings.number("stream.devices", defaults.devices(), 1, 100_000),
        settings.number("stream.max_frame_bytes", defaults.frameBytes(), 1_024, 1 << 20),
        settings.bytes("stream.queue_bytes", defaults.queueBytes(), 4 << 10, 1L << 30),
        settings.bytes("stream.total_queue_bytes", defaults.totalQueueBytes(), 4 << 10, 1L << 40),
        settings.number("stream.replays", defaults.replays(), 1, 1_000),
        settings.duration(
            "stream.heartbeat",
            defaults.heartbeat(),
            Duration.ofMillis(100),
            Duration.ofMinutes(10)),
        settings.duration(
            "stream.filter_time",
            defaults.filterTime(),
            Duration.ofMillis(1),
            Duration.ofSeconds(10)),
        settings.duration(
            "stream.ticket_validity",
            defaults.ticketValidity(),
            Duration.ofMillis(100),
            Duration.ofMinutes(10)),
        settings.number("stream.tickets", defaults.tickets(), 1, 1_000_000));
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

  private static HttpLimits http(Settings settings) {
    HttpLimits defaults = HttpLimits.defaults();
    Duration least = Duration.ofMillis(100);
    return new HttpLimits(
        settings.duration(
            "http.head_timeout", defaults.headTimeout(), least, Duration.ofMinutes(10)),
        settings.duration("http.idle_timeout", defaults.idleTimeout(), least, Duration.ofHours(1)),
        settings.duration(
            "http.request_timeout", defaults.requestTimeout(), least, Duration.ofDays(1)),
        settings.number("http.connections", defaults.connections(), 1, 10_000_000));
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
