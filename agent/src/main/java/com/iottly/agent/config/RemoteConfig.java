package com.iottly.agent.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Section {@code [remote]}: what the platform's users may do on this device. Each service has its
 * own switch; {@code [remote] enabled} turns all of them off.
 *
 * @param maxChannels how many sessions of all services may be open at once
 */
public record RemoteConfig(int maxChannels, Logs logs, Shell shell, Files files, Tunnel tunnel) {

  /**
   * Tails of logs. The agent's own log needs no entry in a list.
   *
   * @param files files, or directories with all that is in them
   * @param units journald units, or {@code *} for all
   * @param linesPerSecond how many lines one tail sends on average
   * @param sessions how many tails may run at once
   */
  public record Logs(
      boolean enabled, List<Path> files, List<String> units, int linesPerSecond, int sessions) {

    /** Whether that unit's journal may be read. */
    public boolean allowsUnit(String unit) {
      return units.contains("*") || units.contains(unit);
    }
  }

  /**
   * Shells of the agent's own user.
   *
   * @param sessions how many may be open at once
   * @param idle how long nothing may come or go
   * @param longest how long one may live
   * @param grace how long one waits for a client that lost its connection
   * @param bufferBytes how much output is kept for it
   */
  public record Shell(
      boolean enabled,
      int sessions,
      Duration idle,
      Duration longest,
      Duration grace,
      int bufferBytes) {}

  /**
   * Files to list and to copy.
   *
   * @param read files that may be read, or directories with all that is in them
   * @param write the same for writing; what may be written may be read
   * @param maxBytes the largest file that is copied
   * @param sessions how many copies may run at once
   */
  public record Files(
      boolean enabled, List<Path> read, List<Path> write, long maxBytes, int sessions) {}

  /**
   * TCP connections from this device to others or to itself.
   *
   * @param targets where to, {@code host:port} or {@code host:*}; compared as text, names are not
   *     resolved for it
   * @param idle how long a connection may carry nothing
   * @param sessions how many connections may be open at once
   */
  public record Tunnel(boolean enabled, List<String> targets, Duration idle, int sessions) {

    /** Whether a connection to there is allowed. */
    public boolean allows(String host, int port) {
      String name = host.toLowerCase(Locale.ROOT);
      return targets.contains(name + ":" + port) || targets.contains(name + ":*");
    }
  }

  static RemoteConfig of(Values values) {
    boolean enabled = values.bool(Key.REMOTE_ENABLED);
    return new RemoteConfig(
        (int) values.number(Key.REMOTE_MAX_CHANNELS, 1, 256),
        new Logs(
            values.bool(Key.REMOTE_LOGS) && enabled,
            values.paths(Key.REMOTE_LOG_FILES),
            values.list(Key.REMOTE_LOG_UNITS, "[A-Za-z0-9:_.@\\\\-]{1,255}|\\*", "unit names or *"),
            (int) values.number(Key.REMOTE_LOG_LINES_PER_SECOND, 1, 100_000),
            (int) values.number(Key.REMOTE_LOG_SESSIONS, 1, 64)),
        new Shell(
            values.bool(Key.REMOTE_SHELL) && enabled,
            (int) values.number(Key.REMOTE_SHELL_SESSIONS, 1, 64),
            values.seconds(Key.REMOTE_SHELL_IDLE, 1, 86_400),
            values.seconds(Key.REMOTE_SHELL_MAX, 1, 604_800),
            values.seconds(Key.REMOTE_SHELL_GRACE, 0, 3600),
            (int) values.number(Key.REMOTE_SHELL_BUFFER_KB, 64, 4096) * 1024),
        new Files(
            values.bool(Key.REMOTE_FILES) && enabled,
            values.paths(Key.REMOTE_FILES_READ),
            values.paths(Key.REMOTE_FILES_WRITE),
            values.number(Key.REMOTE_FILES_MAX_MB, 1, 1024 * 1024) * 1024 * 1024,
            (int) values.number(Key.REMOTE_FILES_SESSIONS, 1, 64)),
        new Tunnel(
            values.bool(Key.REMOTE_TUNNEL) && enabled,
            values.targets(Key.REMOTE_TUNNEL_TARGETS),
            values.seconds(Key.REMOTE_TUNNEL_IDLE, 1, 86_400),
            (int) values.number(Key.REMOTE_TUNNEL_SESSIONS, 1, 256)));
  }
}
