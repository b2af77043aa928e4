package com.iottly.platform.server;

import com.iottly.platform.remote.RemoteLimits;
import java.time.Duration;

/** The section {@code remote} of the configuration. */
final class RemoteSettings {

  private RemoteSettings() {}

  static RemoteLimits limits(Settings settings) {
    RemoteLimits defaults = RemoteLimits.defaults();
    Duration least = Duration.ofMillis(100);
    return new RemoteLimits(
        settings.number("remote.sessions", defaults.sessions(), 1, 100_000),
        settings.number("remote.sessions_per_device", defaults.sessionsPerDevice(), 1, 10_000),
        settings.number("remote.sessions_per_client", defaults.sessionsPerClient(), 1, 10_000),
        settings.number("remote.shells_per_user", defaults.shellsPerUser(), 1, 1_000),
        settings.number("remote.opens_per_second", defaults.opensPerSecond(), 1, 10_000),
        (int) settings.bytes("remote.window_bytes", defaults.windowBytes(), 16 << 10, 64 << 20),
        settings.number("remote.controls", defaults.controls(), 1, 10_000),
        settings.duration(
            "remote.open_timeout", defaults.openTimeout(), least, Duration.ofMinutes(10)),
        settings.duration("remote.idle", defaults.idle(), least, Duration.ofDays(30)),
        settings.duration("remote.longest", defaults.longest(), least, Duration.ofDays(365)),
        settings.duration("remote.grace", defaults.grace(), Duration.ZERO, Duration.ofDays(1)));
  }
}
