package com.iottly.agent.link;

import com.iottly.agent.clock.DeviceClock;
import com.iottly.agent.log.Log;
import com.iottly.wire.Frame;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Says PING in time, notices a platform that fell silent, and reads the platform's clock from its
 * answers. Belongs to the link's thread; times are monotonic nanoseconds.
 *
 * <p>The monotonic clock stands still while the machine sleeps and the wall clock does not: when
 * the two drift apart, the connection is asked at once whether it still lives. A clock that was set
 * looks the same and costs one PING.
 */
final class Heartbeat {

  private static final long SLEPT_MILLIS = 10_000;

  private final DeviceClock clock;
  private final Log log;
  private LinkSettings settings;
  private Duration announced = Duration.ZERO;
  private long lastHeard;
  private long nextPing;
  private long pingAt;
  private long pingClock;
  private long answerBy;
  private boolean doubtful;
  private long drift;

  Heartbeat(DeviceClock clock, LinkSettings settings, Log log) {
    this.clock = clock;
    this.settings = settings;
    this.log = log;
    this.drift = drift(System.nanoTime());
  }

  void configure(LinkSettings changed) {
    settings = changed;
    nextPing = Math.min(nextPing, System.nanoTime() + interval().toNanos());
  }

  /** The heartbeat to promise the platform on a new connection, in seconds. */
  int announce() {
    announced = settings.heartbeat();
    return Math.clamp(announced.toSeconds(), 1, 3600);
  }

  /** What was promised on this connection holds, even if a longer one is configured since. */
  private Duration interval() {
    Duration wanted = settings.heartbeat();
    return announced.isZero() || wanted.compareTo(announced) < 0 ? wanted : announced;
  }

  void begin(long now) {
    nextPing = now;
    heard(now);
  }

  void heard(long now) {
    lastHeard = now;
    doubtful = false;
  }

  /** When something is to be done, at the latest. */
  long deadline() {
    return Math.min(nextPing, silentAt());
  }

  /** Whether the platform has been silent for too long. */
  boolean isSilent(long now) {
    return now - silentAt() >= 0;
  }

  private long silentAt() {
    long silent = lastHeard + settings.heartbeat().multipliedBy(2).toNanos();
    return doubtful ? Math.min(silent, answerBy) : silent;
  }

  void pingWhenDue(Connection connection, long now) {
    if (now - nextPing >= 0) {
      ping(connection, now);
    }
  }

  private void ping(Connection connection, long now) {
    pingAt = now;
    pingClock = clock.millis();
    nextPing = now + interval().toNanos();
    connection.send(new Frame.Ping(pingClock));
  }

  /** Whether the machine slept, or its clock was set, since this was last asked. */
  boolean sleptSince(long now) {
    long before = drift;
    drift = drift(now);
    return drift - before > SLEPT_MILLIS;
  }

  private long drift(long now) {
    return clock.millis() - TimeUnit.NANOSECONDS.toMillis(now);
  }

  /** Asks the platform for a sign of life within the time for an answer. */
  void doubt(Connection connection, long now) {
    doubtful = true;
    answerBy = now + settings.answerTimeout().toNanos();
    ping(connection, now);
  }

  void onPong(Frame.Pong pong) {
    if (pong.deviceTime() == pingClock) {
      observe(pong.serverTime(), pingClock, System.nanoTime() - pingAt);
    }
  }

  /** Takes a reading of the platform's clock. */
  void observe(long serverMillis, long askedAtMillis, long roundTripNanos) {
    boolean before = clock.trusted();
    clock.observe(serverMillis, askedAtMillis, Duration.ofNanos(roundTripNanos));
    if (before != clock.trusted()) {
      log.warn(
          "the clock of this device is %s the platform's by %d ms and %s"
              .formatted(
                  clock.offsetMillis().orElse(0) > 0 ? "behind" : "before",
                  Math.abs(clock.offsetMillis().orElse(0)),
                  before ? "is not trusted" : "is trusted again"));
    }
  }
}
