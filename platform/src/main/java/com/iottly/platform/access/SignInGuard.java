package com.iottly.platform.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.iottly.platform.core.Sha256;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Slows down who guesses passwords: counts attempts per account and address, per address, and per
 * account, before the password is looked at; a right one is taken back. An IPv6 address counts by
 * its /64. Any thread; remembers in memory only, the last 100,000 of each.
 */
public final class SignInGuard {

  private static final int REMEMBERED = 300_000;

  private record Window(long start, int attempts) {}

  private final InstantSource clock;
  private final SessionLimits limits;
  private final Cache<String, Window> windows =
      Caffeine.newBuilder().maximumSize(REMEMBERED).build();

  public SignInGuard(InstantSource clock, SessionLimits limits) {
    this.clock = clock;
    this.limits = limits;
  }

  /**
   * Counts an attempt.
   *
   * @return empty when it may be made, otherwise how long to wait
   */
  public Optional<Duration> attempt(String user, InetAddress from) {
    for (Map.Entry<String, Integer> key : keys(user, from).entrySet()) {
      Window window = count(key.getKey());
      if (window.attempts() > key.getValue()) {
        long over = window.start() + limits.window().toMillis();
        return Optional.of(Duration.ofMillis(over - clock.millis()));
      }
    }
    return Optional.empty();
  }

  /** Takes the attempt back: it was right. */
  public void succeeded(String user, InetAddress from) {
    keys(user, from)
        .keySet()
        .forEach(key ->
            windows
                .asMap()
                .computeIfPresent(
                    key, (_, window) -> new Window(window.start(), window.attempts() - 1)));
  }

  /** In this order, so that who is stopped at one address can't use up the account of all. */
  private Map<String, Integer> keys(String user, InetAddress from) {
    String account = Sha256.hex(user.toLowerCase(Locale.ROOT));
    String address = network(from);
    Map<String, Integer> keys = new LinkedHashMap<>();
    keys.put("both " + address + " " + account, limits.failures());
    keys.put("address " + address, limits.failuresPerAddress());
    keys.put("account " + account, limits.failuresPerUser());
    return keys;
  }

  private Window count(String key) {
    long now = clock.millis();
    return windows
        .asMap()
        .compute(
            key,
            (_, window) ->
                window == null || isOver(window, now)
                    ? new Window(now, 1)
                    : new Window(window.start(), window.attempts() + 1));
  }

  private boolean isOver(Window window, long now) {
    return now - window.start() >= limits.window().toMillis();
  }

  private static String network(InetAddress address) {
    return address instanceof Inet6Address
        ? HexFormat.of().formatHex(Arrays.copyOf(address.getAddress(), 8))
        : address.getHostAddress();
  }
}
