package com.iottly.agent;

import com.iottly.agent.clock.DeviceClock;
import com.iottly.agent.log.Log;
import com.iottly.wire.Frame.DeviceMessage;
import com.iottly.wire.Frame.Kind;
import com.iottly.wire.Payload;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** What many tests need. */
public final class Fixtures {

  public static final Instant BUILT = Instant.parse("2026-01-01T00:00:00Z");
  public static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

  private Fixtures() {}

  public static DeviceClock clock() {
    return clock(InstantSource.fixed(NOW));
  }

  public static DeviceClock clock(InstantSource source) {
    return new DeviceClock(source, BUILT, Duration.ofMinutes(1));
  }

  public static Log quiet() {
    return new Log(
        Log.Level.ERROR,
        InstantSource.system(),
        null,
        new PrintStream(new ByteArrayOutputStream()));
  }

  public static DeviceMessage user(String payload) {
    return message(Kind.USERDEFINED, payload);
  }

  public static DeviceMessage telemetry(String payload) {
    return message(Kind.IOTTLYAGENT, payload);
  }

  public static DeviceMessage message(Kind kind, String payload) {
    return new DeviceMessage(kind, NOW.toEpochMilli(), true, null, Payload.of(payload));
  }
}
