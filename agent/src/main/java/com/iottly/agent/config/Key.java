package com.iottly.agent.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The keys there are, with their defaults. */
public enum Key {
  TOKEN("agent", "token", "", Effect.RESTART),
  MACHINE("agent", "machine", "", Effect.RESTART),
  LOG_LEVEL("agent", "log_level", "info", Effect.AT_ONCE),
  LOG_FILE("agent", "log_file", "/var/log/iottly/agent.log", Effect.AT_ONCE),
  RUN_DIR("agent", "run_dir", "/var/run/iottly.com-agent", Effect.RESTART),
  ENDPOINT("connection", "endpoint", "wss://agent.cloud.iottly.com/ws", Effect.RESTART),
  RECONNECT_INTERVAL("connection", "reconnect_interval", "5", Effect.AT_ONCE),
  RECONNECT_MAX("connection", "reconnect_max", "120", Effect.AT_ONCE),
  HEARTBEAT_INTERVAL("connection", "heartbeat_interval", "30", Effect.AT_ONCE),
  TELEMETRY_ENABLED("telemetry", "enabled", "true", Effect.AT_ONCE),
  TELEMETRY_INTERVAL("telemetry", "interval", "60", Effect.AT_ONCE),
  BUFFER_SIZE("telemetry", "buffer_size", "100", Effect.AT_ONCE),
  FLUSH_INTERVAL_MS("telemetry", "flush_interval_ms", "1000", Effect.AT_ONCE),
  CA_BUNDLE("security", "ca_bundle", "", Effect.NEXT_CONNECTION),
  MIN_TLS_VERSION("security", "min_tls_version", "tls1.2", Effect.NEXT_CONNECTION),
  CLIENT_CERTIFICATE("security", "client_certificate", "", Effect.NEXT_CONNECTION),
  CLIENT_KEY("security", "client_key", "", Effect.NEXT_CONNECTION),
  ALLOW_PLAINTEXT("security", "allow_plaintext", "false", Effect.RESTART),
  SPOOL_DIR("spool", "dir", "/var/lib/iottly/spool", Effect.RESTART),
  SPOOL_MAX_MB("spool", "max_mb", "64", Effect.RESTART),
  SPOOL_MAX_AGE_DAYS("spool", "max_age_days", "30", Effect.RESTART),
  REMOTE_ENABLED("remote", "enabled", "true", Effect.AT_ONCE),
  REMOTE_MAX_CHANNELS("remote", "max_channels", "32", Effect.RESTART),
  REMOTE_LOGS("remote", "logs", "true", Effect.AT_ONCE),
  REMOTE_LOG_FILES("remote", "log_files", "", Effect.AT_ONCE),
  REMOTE_LOG_UNITS("remote", "log_units", "", Effect.AT_ONCE),
  REMOTE_LOG_LINES_PER_SECOND("remote", "log_lines_per_second", "1000", Effect.AT_ONCE),
  REMOTE_LOG_SESSIONS("remote", "log_sessions", "4", Effect.AT_ONCE),
  REMOTE_SHELL("remote", "shell", "false", Effect.AT_ONCE),
  REMOTE_SHELL_SESSIONS("remote", "shell_sessions", "4", Effect.AT_ONCE),
  REMOTE_SHELL_IDLE("remote", "shell_idle", "1800", Effect.AT_ONCE),
  REMOTE_SHELL_MAX("remote", "shell_max", "43200", Effect.AT_ONCE),
  REMOTE_SHELL_GRACE("remote", "shell_grace", "60", Effect.AT_ONCE),
  REMOTE_SHELL_BUFFER_KB("remote", "shell_buffer_kb", "512", Effect.AT_ONCE),
  REMOTE_FILES("remote", "files", "false", Effect.AT_ONCE),
  REMOTE_FILES_READ("remote", "files_read", "", Effect.AT_ONCE),
  REMOTE_FILES_WRITE("remote", "files_write", "", Effect.AT_ONCE),
  REMOTE_FILES_MAX_MB("remote", "files_max_mb", "1024", Effect.AT_ONCE),
  REMOTE_FILES_SESSIONS("remote", "files_sessions", "4", Effect.AT_ONCE),
  REMOTE_TUNNEL("remote", "tunnel", "false", Effect.AT_ONCE),
  REMOTE_TUNNEL_TARGETS("remote", "tunnel_targets", "", Effect.AT_ONCE),
  REMOTE_TUNNEL_IDLE("remote", "tunnel_idle", "600", Effect.AT_ONCE),
  REMOTE_TUNNEL_SESSIONS("remote", "tunnel_sessions", "24", Effect.AT_ONCE);

  /** When a change in the file of a running agent counts. */
  public enum Effect {
    /** As soon as the file is read again. */
    AT_ONCE,
    /** From the next connection on. */
    NEXT_CONNECTION,
    /** Not before a restart. */
    RESTART
  }

  private final String section;
  private final String key;
  private final String defaultValue;
  private final Effect effect;

  Key(String section, String key, String defaultValue, Effect effect) {
    this.section = section;
    this.key = key;
    this.defaultValue = defaultValue;
    this.effect = effect;
  }

  public String section() {
    return section;
  }

  public String key() {
    return key;
  }

  public String defaultValue() {
    return defaultValue;
  }

  public Effect effect() {
    return effect;
  }

  /** The environment variable that overrides it. */
  public String variable() {
    return ("IOTTLY_" + section + "_" + key).toUpperCase(Locale.ROOT);
  }

  /** Whether the value must never be shown. */
  public boolean secret() {
    return this == TOKEN;
  }

  /** The sections, in the order of the documentation. */
  static List<String> sections() {
    return Arrays.stream(values()).map(Key::section).distinct().toList();
  }

  static Optional<Key> of(String section, String key) {
    return Arrays.stream(values())
        .filter(known -> known.section.equals(section) && known.key.equals(key))
        .findFirst();
  }

  /** {@code [section] key}. */
  @Override
  public String toString() {
    return "[" + section + "] " + key;
  }
}
