package com.iottly.agent.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The keys there are, with their defaults. */
public enum Key {
  TOKEN("agent", "token", ""),
  LOG_LEVEL("agent", "log_level", "info"),
  LOG_FILE("agent", "log_file", "/var/log/iottly/agent.log"),
  RUN_DIR("agent", "run_dir", "/var/run/iottly.com-agent"),
  ENDPOINT("connection", "endpoint", "wss://agent.cloud.iottly.com/ws"),
  RECONNECT_INTERVAL("connection", "reconnect_interval", "5"),
  RECONNECT_MAX("connection", "reconnect_max", "120"),
  HEARTBEAT_INTERVAL("connection", "heartbeat_interval", "30"),
  TELEMETRY_ENABLED("telemetry", "enabled", "true"),
  TELEMETRY_INTERVAL("telemetry", "interval", "60"),
  BUFFER_SIZE("telemetry", "buffer_size", "100"),
  FLUSH_INTERVAL_MS("telemetry", "flush_interval_ms", "1000"),
  CA_BUNDLE("security", "ca_bundle", ""),
  MIN_TLS_VERSION("security", "min_tls_version", "tls1.2"),
  SPOOL_DIR("spool", "dir", "/var/lib/iottly/spool"),
  SPOOL_MAX_MB("spool", "max_mb", "64"),
  SPOOL_MAX_AGE_DAYS("spool", "max_age_days", "30");

  private final String section;
  private final String key;
  private final String defaultValue;

  Key(String section, String key, String defaultValue) {
    this.section = section;
    this.key = key;
    this.defaultValue = defaultValue;
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

  /** The environment variable that overrides it. */
  public String variable() {
    return ("IOTTLY_" + section + "_" + key).toUpperCase(Locale.ROOT);
  }

  /** Whether the value must never be shown. */
  public boolean secret() {
    return this == TOKEN;
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
